/**
 * How a built-in was made, as data: its name and its arguments. Whatever prints, encodes or documents optimizers reads this.
 *
 *     export const adam = built('adam', [{ lr: 'hyper', b1: 'hyper', … }], ({ lr = 0.001, … } = {}) => …)
 *
 * `built` changes nothing of the constructor but that it bears a signature, and that what it makes bears a description.
 */

/** What an argument or an option may be; with `!`, it has to be given. */
export type Kind =
  | 'number'
  | 'hyper'
  | 'flag'
  | 'numbers'
  | 'schedule'
  | 'optimizer'
  /** A record of optimizers by label. */
  | 'optimizers'
  /** Paths: patterns, or a predicate, which is no data. */
  | 'where'
  /** A tree like θ, or the top of one, of data. */
  | 'tree'
  | 'any'
  /** A function that is no schedule: it can be passed, and not be written down. */
  | 'function'
type Given = Kind | `${Kind}!` | readonly string[]

/** Options are a record of kinds; a list of words is one of them. */
export type Parameter = Given | Readonly<Record<string, Given>>

export interface Signature {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** The kind of all further arguments. */
  readonly rest?: Kind
}

export interface Description {
  readonly name: string
  readonly args: readonly unknown[]
}

type OptionsOf<X> = {
  readonly [K in keyof X]-?: undefined extends X[K] ? Kind | readonly string[] : `${Kind}!` | readonly string[]
}
// biome-ignore lint/suspicious/noExplicitAny: any constructor
type Constructor = (...args: any[]) => object
type EachOf<Args extends readonly unknown[]> = { readonly [I in keyof Args]-?: Given | OptionsOf<NonNullable<Args[I]>> }

const signatures = new WeakMap<object, Signature>()
const descriptions = new WeakMap<object, Description>()

const signed = <F extends Constructor>(signature: Signature, make: F): F => {
  const constructor = ((...args: Parameters<F>) => {
    const made = make(...args)
    // What another constructor has described goes on bearing that description.
    const own = descriptions.has(made) ? { ...made } : made
    descriptions.set(own, { name: signature.name, args: args.map(snapshot) })
    return own
  }) as F
  signatures.set(constructor, signature)
  return constructor
}

/* @__NO_SIDE_EFFECTS__ */
export const built = <F extends Constructor>(name: string, parameters: EachOf<Parameters<F>>, make: F): F =>
  signed({ name, parameters: parameters as readonly unknown[] as readonly Parameter[] }, make)

/** Of any number of arguments of one kind. */
/* @__NO_SIDE_EFFECTS__ */
export const builtOfMany = <F extends Constructor>(name: string, rest: Kind, make: F): F =>
  signed({ name, parameters: [], rest }, make)

/** Options as they are now, whatever becomes of them; what is no plain data is kept as it is. */
const snapshot = (x: unknown): unknown => {
  if (Array.isArray(x)) return x.map(snapshot)
  if (typeof x !== 'object' || x === null || Object.getPrototypeOf(x) !== Object.prototype || descriptions.has(x))
    return x
  const given = Object.entries(x).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([key, value]) => [key, snapshot(value)]))
}

/** What a constructor takes; nothing where it is none of ours. */
export const signatureOf = (constructor: object): Signature | undefined => signatures.get(constructor)

/** How an optimizer was made; nothing where it is somebody's own. */
export const descriptionOf = (made: object): Description | undefined => descriptions.get(made)
