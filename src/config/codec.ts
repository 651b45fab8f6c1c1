import { chain, type Either, left, map, mapLeft, right } from 'fp-ts/lib/Either.js'
import { appendContext, type Context, failures, Type, type ValidationError } from 'io-ts/lib/index.js'
import { brief, type Failure, type NotData, show } from '../failure.js'

/**
 * A value in JSON's words and in ours.
 *
 *     decode(encode(a)) = a          encode(decode(json)) is json in its plainest form
 *
 * It is io-ts's `Type` that may fail in both directions, for a function can be a value and not be written down, and that
 * has a JSON Schema.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export type Encoded = Either<NotData, Json>

export class Codec<A> extends Type<A, Encoded> {
  readonly schema: Json

  /** `expected` is what an error says that it expected: `a number or a schedule`. */
  constructor(expected: string, { is, read, write, schema }: Reading<A>) {
    super(
      expected,
      is,
      (json, at) => (at.length > DEEPEST ? refuse(at, 'nested too deep', LEVELS) : read(json, at)),
      (a) => below(() => write(a)),
    )
    this.schema = schema
  }
}

// biome-ignore lint/suspicious/noExplicitAny: one of anything
export type AnyCodec = Codec<any>

interface Reading<A> {
  is(x: unknown): x is A
  read(json: unknown, at: Context): Read<A>
  write(a: A): Encoded
  readonly schema: Json
}

export type Read<A> = Either<Problem[], A>

/** io-ts's error, and ours that says the same. */
interface Problem extends ValidationError {
  readonly failure: Failure
}

const DEEPEST = 256
const LEVELS = `at most ${DEEPEST} levels`

let depth = 0
/** Far below what a stack holds; `encodeWith` looks closer. */
const below = (write: () => Encoded): Encoded => {
  depth += 1
  try {
    return depth > 4 * DEEPEST ? tooDeep : write()
  } finally {
    depth -= 1
  }
}

export const decodeWith =
  <A>(codec: Codec<A>) =>
  (json: unknown): Either<Failure, A> =>
    mapLeft((problems: readonly ValidationError[]) => (problems[0] as Problem).failure)(codec.decode(json))

/** What is written is no deeper than what can be read. */
export const encodeWith =
  <A>(codec: Codec<A>) =>
  (a: A): Encoded =>
    chain((json: Json): Encoded => (levels(json) < DEEPEST ? right(json) : tooDeep))(codec.encode(a))

const levels = (json: Json): number =>
  typeof json === 'object' && json !== null ? 1 + Math.max(0, ...Object.values(json).map(levels)) : 0

/** What stands at a key, or an index. */
export const inside = <A>(codec: Codec<A>, at: Context, key: string | number, json: unknown): Read<A> =>
  codec.validate(json, appendContext(at, String(key), codec, json)) as Read<A>

export const failed = (at: Context, failure: Failure): Read<never> =>
  failures([{ value: at.at(-1)?.actual, context: at, message: show(failure), failure } as Problem]) as Read<never>

export const refuse = (at: Context, came: string, expected: string, hint?: string): Read<never> =>
  failed(at, { _tag: 'BadConfig', path: pathOf(at), came, expected, ...(hint !== undefined && { hint }) })

/** `chain[1].adamw.lr` */
export const pathOf = (at: Context): string =>
  at.slice(1).reduce((path, { key }, i) => path + (Array.isArray(at[i]?.actual) ? `[${key}]` : member(path, key)), '')

const member = (path: string, key: string): string => {
  if (!/^[\w$-]+(\.\w+)*$/.test(key) || key.length > 40) return `[${quoted(key)}]`
  return path === '' ? key : `.${key}`
}

/** A text as an error shows it, in one line. */
export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}…` : text)

/** A value as an error shows it. */
export const came = (x: unknown): string => (typeof x === 'string' ? quoted(x) : brief(x))

export const notData = (what: string): Either<NotData, never> => left({ _tag: 'NotData', path: '', what })
const tooDeep = notData(`nested deeper than ${DEEPEST} levels`)

/** What was written at a key, or an index: a failure's path begins with it. */
export const written = (key: string | number, encoded: Encoded): Encoded =>
  mapLeft((failure: NotData): NotData => {
    const step = typeof key === 'number' ? `[${key}]` : member('', key)
    const joint = failure.path === '' || failure.path.startsWith('[') ? '' : '.'
    return { ...failure, path: `${step}${joint}${failure.path}` }
  })(encoded)

/** Objects as `JSON.parse` makes them, whose keys are no more than keys. */
export const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> => {
  if (typeof x !== 'object' || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}

/** Each with its key, up to the first that fails. */
export const every = <E, A, B>(xs: readonly A[], f: (x: A, i: number) => Either<E, B>): Either<E, readonly B[]> => {
  const found: B[] = []
  for (const [i, x] of xs.entries()) {
    const result = f(x, i)
    if (result._tag === 'Left') return result
    found.push(result.right)
  }
  return right(found)
}

export const everyEntry = <E, A, B>(
  record: Readonly<Record<string, A>>,
  f: (x: A, key: string) => Either<E, B>,
): Either<E, Readonly<Record<string, B>>> =>
  map((entries: readonly (readonly [string, B])[]) => Object.fromEntries(entries))(
    every(Object.entries(record), ([key, x]) => map((y: B) => [key, y] as const)(f(x, key))),
  )
