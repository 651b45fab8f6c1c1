import { right } from 'fp-ts/lib/Either.js'
import { appendContext, type Context } from 'io-ts/lib/index.js'
import {
  type AnyCodec,
  Codec,
  came,
  everyEntry,
  inside,
  isRecord,
  type Json,
  notData,
  type Read,
  refuse,
  written,
} from './codec.js'
import { words } from './data.js'
import { nearest } from './nearest.js'

/** An argument of a constructor, or one of its options. */
export interface Parameter {
  readonly codec: AnyCodec
  readonly required: boolean
  /** The names of its options, where it is an object of such. */
  readonly options?: readonly string[]
}

type Options = Readonly<Record<string, unknown>>

/** What a signature says of an argument: its kind, with `!` where it is needed; one of some words; or options. */
export type Said = string | readonly string[] | { readonly [option: string]: string | readonly string[] }

/** The kinds that a signature may name. */
export type Kinds = Readonly<Record<string, AnyCodec>>

/** The parameter that a signature says. `none`: options that can be left out may be null, but lists. */
export const parameterOf = (said: Said, kinds: Kinds, none: boolean): Parameter => {
  if (typeof said === 'string') {
    const required = said.endsWith('!')
    return { codec: kinds[required ? said.slice(0, -1) : said] as AnyCodec, required }
  }
  if (isWords(said)) return { codec: words(said), required: false }
  const parameters = Object.entries(said).map(([name, one]) => {
    const { codec, required } = parameterOf(one, kinds, none)
    return [name, { codec: none && !required && one !== 'numbers' ? orNull(codec) : codec, required }] as const
  })
  return {
    codec: options(new Map(parameters)),
    required: parameters.some(([, { required }]) => required),
    options: parameters.map(([name]) => name),
  }
}

const isWords = (said: object): said is readonly string[] => Array.isArray(said)

/** Where a framework has None. */
const orNull = (codec: AnyCodec): AnyCodec =>
  new Codec<unknown>(codec.name, {
    is: (x): x is unknown => x === null || codec.is(x),
    read: (json, at) => (json === null ? right(null) : (codec.validate(json, at) as Read<unknown>)),
    write: (x) => (x === null ? right(null) : codec.encode(x)),
    schema: { anyOf: [codec.schema, { type: 'null' }] },
  })

/** Options by name, and no others. What is undefined is not written. */
export const options = (parameters: ReadonlyMap<string, Parameter>): Codec<Options> => {
  const names = [...parameters.keys()]
  const at = (name: string) => parameters.get(name) as Parameter
  const required = names.filter((name) => at(name).required)
  const expected = names.length === 0 ? 'an empty object' : `an object of ${names.join(', ')}`
  const given = (record: Options): Options =>
    Object.fromEntries(
      names
        .filter((name) => Object.hasOwn(record, name) && record[name] !== undefined)
        .map((name) => [name, record[name]]),
    )
  const misnamed = (record: Options, here: Context): Read<never> | undefined => {
    const stranger = Object.keys(record).find((key) => !parameters.has(key))
    if (stranger !== undefined) {
      const place = appendContext(here, stranger, codec, record[stranger])
      return refuse(place, 'an unknown option', names.join(', ') || 'none', nearest(stranger, names))
    }
    const missing = required.find((name) => !Object.hasOwn(record, name))
    if (missing === undefined) return undefined
    return refuse(appendContext(here, missing, codec), 'missing', at(missing).codec.name)
  }
  const codec: Codec<Options> = new Codec<Options>(expected, {
    is: isRecord,
    read: (json, here) => {
      if (!isRecord(json)) return refuse(here, came(json), expected)
      return misnamed(json, here) ?? everyEntry(given(json), (x, name) => inside(at(name).codec, here, name, x))
    },
    write: (record) => {
      if (!isRecord(record)) return notData(came(record))
      return everyEntry(given(record), (x, name) => written(name, at(name).codec.encode(x)))
    },
    schema: {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, annotated(at(name).codec)])),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
  })
  return codec
}

const annotated = ({ name, schema }: AnyCodec): Json => (isRecord(schema) ? { description: name, ...schema } : schema)
