import { chain, map, right } from 'fp-ts/lib/Either.js'
import { appendContext, type Context } from 'io-ts/lib/index.js'
import { Mistake } from '../failure.js'
import {
  type AnyCodec,
  came,
  type Encoded,
  every,
  failed,
  inside,
  isRecord,
  type Json,
  pathOf,
  type Read,
  refuse,
  written,
} from './codec.js'
import type { Parameter } from './options.js'

/**
 * The arguments of a constructor. One stands bare, several are an array; of several that may be left out, one alone stands
 * bare if it is no array; none at all are `{}`.
 *
 *     clip(1)                   { "clip": 1 }
 *     warmup(500)(s)            { "warmup": [500, s] }
 *     chain(a, b)               { "chain": [a, b] }
 *     zeroNans()                { "zeroNans": {} }
 */
export interface Constructor<A> {
  readonly parameters: readonly Parameter[]
  /** What it is applied to in the end, as combinators of schedules are: the last of the arguments. */
  readonly of?: AnyCodec
  /** Any number of further arguments. */
  readonly rest?: AnyCodec
  make(args: readonly unknown[], of: unknown): A
}

/** How something was made. */
export interface Made {
  readonly name: string
  readonly args: readonly unknown[]
  readonly of?: unknown
}

type Arguments = Pick<Made, 'args' | 'of'>

export const call = <A>(constructor: Constructor<A>, json: unknown, at: Context): Read<A> =>
  chain(({ args, of }: Arguments) => make(constructor, args, of, at))(read(constructor, json, at))

const read = (constructor: Constructor<unknown>, json: unknown, at: Context): Read<Arguments> => {
  const { parameters, of, rest } = constructor
  const { needed, least, most } = count(constructor)
  const only = (args: Read<readonly unknown[]>) => map((xs: readonly unknown[]) => ({ args: xs }))(args)
  if (rest) {
    if (!Array.isArray(json)) return refuse(at, came(json), 'an array of its arguments')
    return only(every(json, (x, i) => inside(rest, at, i, x)))
  }
  const [first] = parameters
  if (least === 0 && isEmpty(json) && !first?.options) return right({ args: [] })
  if (first === undefined) return refuse(at, came(json), 'an empty object')
  if (most === 1 || (!Array.isArray(json) && least <= 1))
    return only(map((x: unknown) => [x])(first.codec.validate(json, at) as Read<unknown>))
  const expected = [...parameters.slice(0, needed).map(({ codec }) => codec), ...(of ? [of] : [])]
  if (!Array.isArray(json)) return refuse(at, came(json), `an array: ${expected.map(({ name }) => name).join(', ')}`)
  if (json.length > most) return refuse(at, came(json), `at most ${most} arguments`)
  const missing = expected[json.length]
  if (missing) return refuse(appendContext(at, String(json.length), missing), 'missing', missing.name)
  const own = of ? json.slice(0, -1) : json
  const args = every(own, (x, i) => {
    const { codec, required } = parameters[i] as Parameter
    return x === null && !required ? right(undefined) : inside(codec, at, i, x)
  })
  if (of === undefined) return only(args)
  return chain((xs: readonly unknown[]) =>
    map((target: unknown) => ({ args: xs, of: target }))(inside(of, at, own.length, json.at(-1))),
  )(args)
}

/** How many arguments there have to be, and may be. */
const count = ({ parameters, of }: Constructor<unknown>) => {
  const needed = parameters.findLastIndex(({ required }) => required) + 1
  const more = of ? 1 : 0
  return { needed, least: needed + more, most: parameters.length + more }
}

const isEmpty = (json: unknown): boolean => isRecord(json) && Object.keys(json).length === 0

/** What a constructor says of its arguments is said of the option, where it names one. */
const make = <A>(constructor: Constructor<A>, args: readonly unknown[], of: unknown, at: Context): Read<A> => {
  try {
    return right(constructor.make(args, of))
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    const [, name = '', index = '', value = '', expected = ''] =
      /^(\w+)((?:\[\d+\])?) is (.+?), expected (.+)$/s.exec(error.why) ?? []
    const i = constructor.parameters.findIndex(({ options }) => options?.includes(name))
    if (i < 0) return failed(at, { _tag: 'Refused', path: pathOf(at), why: error.why })
    const json = at.at(-1)?.actual
    const place = Array.isArray(json)
      ? pathOf(appendContext(at, String(i), constructor.parameters[i]?.codec as AnyCodec))
      : pathOf(at)
    return failed(at, { _tag: 'BadConfig', path: `${place}.${name}${index}`, came: value, expected })
  }
}

export const write = (constructor: Constructor<unknown>, { args, of }: Arguments): Encoded => {
  const { parameters, rest } = constructor
  if (rest) return every(args, (x, i) => written(i, rest.encode(x)))
  const given = args.slice(0, Math.min(parameters.length, args.findLastIndex((x) => x !== undefined) + 1))
  const encode = (x: unknown, i: number): Encoded =>
    x === undefined ? right(null) : (parameters[i] as Parameter).codec.encode(x)
  if (given.length === 0 && !constructor.of) return right({})
  if (given.length === 1 && !constructor.of) {
    const alone = encode(given[0], 0)
    if (parameters.length === 1 || alone._tag === 'Left' || !Array.isArray(alone.right)) return alone
  }
  const { of: target } = constructor
  return chain((list: readonly Json[]): Encoded => {
    if (target === undefined) return right(list)
    return map((last: Json): Json => [...list, last])(written(list.length, target.encode(of)))
  })(every(given, (x, i) => written(i, encode(x, i))))
}

export const schemaOf = (name: string, constructor: Constructor<unknown>): Json => {
  const { parameters, of, rest } = constructor
  const { least, most } = count(constructor)
  const described = (schema: Json): Json => ({ description: usage(name, constructor), ...(schema as object) })
  if (rest) return described({ type: 'array', items: rest.schema })
  const [first] = parameters
  const none = { type: 'object', maxProperties: 0 }
  if (first === undefined) return described(none)
  const arrays = (of ? span(least, most) : [most]).map((length) => {
    const own = parameters.slice(0, of ? length - 1 : length)
    const prefixItems = own.map(
      ({ codec, required }): Json => (required ? codec.schema : { anyOf: [codec.schema, { type: 'null' }] }),
    )
    return {
      type: 'array',
      prefixItems: of ? [...prefixItems, of.schema] : prefixItems,
      minItems: of ? length : least,
      items: false,
    }
  })
  const alone = most === 1 || least <= 1 ? [first.codec.schema] : []
  const forms: readonly Json[] = [
    ...(least === 0 && !first.options ? [none] : []),
    ...alone,
    ...(most > 1 ? arrays : []),
  ]
  const [form] = forms
  return described(forms.length === 1 ? (form as Json) : { anyOf: forms })
}

const span = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** `warmup(a number, an object of from, shape)(a number or a schedule)` */
const usage = (name: string, { parameters, of, rest }: Constructor<unknown>): string => {
  const args = rest ? `…${rest.name}` : parameters.map(({ codec }) => codec.name).join(', ')
  return `${name}(${args})${of ? `(${of.name})` : ''}`
}
