import { map, right } from 'fp-ts/lib/Either.js'
import * as presets from '../presets/index.js'
import { constant as always } from '../schedule/constant.js'
import * as ours from '../schedule/index.js'
import { descriptionOf, type Hyper, type Schedule } from '../schedule/schedule.js'
import { Codec, came, inside, isRecord, type Read, refuse } from './codec.js'
import type { Constructor } from './constructor.js'
import { closure, flag, listOf, number, numbers, recordOf } from './data.js'
import { keras, optax, tf1, torch, warmupCosine } from './frameworks.js'
import { asked, type Constructors, named } from './named.js'
import { type Kinds, parameterOf, type Said } from './options.js'
import { combinators, constructors } from './signatures.js'

const isSchedule = (x: unknown): x is Schedule => typeof x === 'function'

/** `{ "cosine": { "from": 0.1, "over": 1000 } }` */
const byName: Codec<Schedule> = named<Schedule>({
  what: 'a schedule',
  ref: '#/$defs/schedule',
  is: isSchedule,
  constructors: () => schedules(),
  // The units of min and max are infinite, and no constructor makes them.
  made: (x) => (Math.abs(alwaysOf(x) ?? 0) < Infinity ? descriptionOf(x) : undefined),
})

/** The value of a constant schedule. */
const alwaysOf = (x: Schedule): number | undefined => {
  const { name, args: [value] = [] } = descriptionOf(x) ?? {}
  return name === 'constant' ? (value as number) : undefined
}

const HYPER = 'a number or a schedule'

/** What may change with t. */
export const hyper: Codec<Hyper> = new Codec<Hyper>(HYPER, {
  is: (x): x is Hyper => number.is(x) || isSchedule(x),
  read: (json, at) => {
    if (isRecord(json)) return byName.validate(json, at) as Read<Hyper>
    const read = number.validate(json, at) as Read<Hyper>
    return read._tag === 'Right' ? read : refuse(at, came(json), HYPER)
  },
  write: (x) => (isSchedule(x) ? byName.encode(x) : number.encode(x)),
  schema: { anyOf: [number.schema, byName.schema] },
})

/** A schedule, or a number for the constant one. */
export const schedule: Codec<Schedule> = new Codec<Schedule>(HYPER, {
  is: isSchedule,
  read: (json, at) => {
    if (typeof json === 'number' && Number.isFinite(json)) return right(always(json))
    return isRecord(json) ? (byName.validate(json, at) as Read<Schedule>) : refuse(at, came(json), HYPER)
  },
  write: (x) => {
    const value = alwaysOf(x)
    return value === undefined || !Number.isFinite(value) ? byName.encode(x) : right(value)
  },
  schema: { anyOf: [{ type: 'number' }, byName.schema] },
})

/** `[duration, schedule]`, or the last schedule of a chain, which has no end. */
const piece: Codec<Hyper | readonly [number, Hyper]> = new Codec<Hyper | readonly [number, Hyper]>(
  '[duration, schedule], and a schedule for the last',
  {
    is: (x): x is Hyper | readonly [number, Hyper] => hyper.is(x) || Array.isArray(x),
    read: (json, at) => {
      if (!Array.isArray(json)) return hyper.validate(json, at) as Read<Hyper>
      if (json.length !== 2) return refuse(at, came(json), '[duration, schedule]')
      const duration = inside(number, at, 0, json[0])
      if (duration._tag === 'Left') return duration
      return map((s: Hyper) => [duration.right, s] as const)(inside(hyper, at, 1, json[1]))
    },
    write: (x) => (isPair(x) ? pair.encode(x) : hyper.encode(x)),
    schema: {
      anyOf: [hyper.schema, { type: 'array', prefixItems: [number.schema, hyper.schema], minItems: 2, items: false }],
    },
  },
)

const isPair = (x: Hyper | readonly [number, Hyper]): x is readonly [number, Hyper] => Array.isArray(x)
const pair = listOf(hyper, '[duration, schedule]')

const data = { number, flag, numbers, function: closure, hyper, schedule }

const wave = parameterOf(warmupCosine, data, true).codec
const list = listOf(wave, 'a list of options')
const whole = parameterOf({ cosineKwargs: 'list!' }, { list }, false).codec
/** A list, or that list as `cosineKwargs`. */
const waves = new Codec<unknown>('a list of options', {
  is: (x): x is unknown => list.is(x) || whole.is(x),
  read: (json, at) => (isRecord(json) ? whole : list).validate(json, at) as Read<unknown>,
  write: (x) => (isRecord(x) ? whole.encode(x) : list.encode(x as readonly unknown[])),
  schema: { anyOf: [list.schema, whole.schema] },
})

/** What the signatures of schedules name. */
export const kinds = {
  ...data,
  piece,
  waves,
  hypers: listOf(hyper, 'a list of schedules'),
  scales: recordOf(number, 'numbers by boundary'),
} satisfies Kinds

type Table = Readonly<Record<string, readonly Said[] | { readonly rest: string }>>
// biome-ignore lint/suspicious/noExplicitAny: any constructor
type Module = Readonly<Record<string, any>>

const from = (prefix: string, table: Table, module: object, combines = false): Constructors<Schedule> =>
  new Map(
    Object.entries(table).map(([key, said]): [string, Constructor<Schedule>] => {
      const constructor = (module as Module)[key]
      const parameters = 'rest' in said ? [] : said.map((one) => parameterOf(one, kinds, prefix !== ''))
      return [
        `${prefix}${key}`,
        {
          parameters,
          ...('rest' in said && { rest: (kinds as Kinds)[said.rest] }),
          ...(combines && { of: hyper }),
          make: (args, of) => (combines ? constructor(...args)(of) : constructor(...args)),
        },
      ]
    }),
  )

/** All that have a name. */
export const schedules = asked(
  (): Constructors<Schedule> =>
    new Map([
      ...from('', constructors, ours),
      ...from('', combinators, ours, true),
      ...from('torch.', torch, presets.torch),
      ...from('keras.', keras, presets.keras),
      ...from('keras.tf1.', tf1, presets.keras.tf1),
      ...from('optax.', optax, presets.optax),
    ]),
)
