import type { Either } from 'fp-ts/lib/Either.js'
import type { Failure, NotData } from '../failure.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Schedule } from '../schedule/schedule.js'
import { decodeWith, encodeWith, type Json } from './codec.js'
import { schemaOfAll } from './named.js'
import { optimizer, optimizers } from './optimizers.js'
import { schedule, schedules } from './schedules.js'

export type { Json } from './codec.js'

/**
 * Optimizers and schedules as JSON: a name with its arguments, as one writes them in code.
 *
 *     chain(clipByGlobalNorm(1), adamw({ lr: warmup(500)(cosine({ from: 3e-4, over: 10_000 })), weightDecay: 0.1 }))
 *
 *     { "chain": [
 *       { "clipByGlobalNorm": 1 },
 *       { "adamw": { "lr": { "warmup": [500, { "cosine": { "from": 3e-4, "over": 10000 } }] }, "weightDecay": 0.1 } }
 *     ] }
 *
 * One argument stands bare, several are an array; the schedule that a combinator is applied to is the last. A number is a
 * constant schedule, `where` is patterns, and infinity the word "Infinity". Presets are called as they are in `gradus/presets`:
 * `{ "torch.adam": { "lr": 0.1 } }`; null is None there.
 *
 *     decode(encode(a)) = a, in what it does          encode(decode(json)) is the plainest json for the same
 *
 * What is wrong is told with its path, by `show` of the failure:
 *
 *     config: chain[1].adamw.lr.warmup[1].cosine.form is an unknown option, expected from, to, over, exponent; did you mean "from"?
 */
export const decodeOptimizer: (json: unknown) => Either<Failure, Optimizer> = decodeWith(optimizer)

/** A function of one's own cannot be written: the failure says which it is. */
export const encodeOptimizer: (made: Optimizer) => Either<NotData, Json> = encodeWith(optimizer)

export const decodeSchedule: (json: unknown) => Either<Failure, Schedule> = decodeWith(schedule)

export const encodeSchedule: (made: Schedule) => Either<NotData, Json> = encodeWith(schedule)

/** The JSON Schema (2020-12) of what `decodeOptimizer` reads, for editors: names, options and words; not how large a number may be. */
export const optimizerSchema = (): Json => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'An optimizer of gradus',
  $ref: '#/$defs/optimizer',
  $defs: { optimizer: schemaOfAll(optimizers()), schedule: schemaOfAll(schedules()) },
})
