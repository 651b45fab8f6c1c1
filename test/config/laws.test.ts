import type fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codec, type Result } from '../../laws/codec.ts'
import { Refuted } from '../../laws/refuted.ts'
import { decodeOptimizer, decodeSchedule, encodeOptimizer, encodeSchedule, type Json } from '../../src/config/index.ts'
import { names, optimizerNamed, scheduleNamed } from './arbitrary.ts'
import { deedsOf, valuesOf } from './same.ts'

/** Those that take a function, and cannot be written down. */
const CLOSURES = {
  optimizer: ['optax.conditionallyMask', 'optax.conditionallyTransform', 'optax.injectHyperparams'],
  schedule: ['map', 'torch.lambdaLR', 'torch.multiplicativeLR'],
}

interface Kind {
  readonly configs: (name: string) => fc.Arbitrary<Json>
  readonly decode: (json: unknown) => Result<unknown>
  readonly encode: (a: never) => Result<unknown>
  readonly does: (a: never) => unknown
  readonly numRuns: number
}

const optimizer = {
  configs: optimizerNamed,
  decode: decodeOptimizer,
  encode: encodeOptimizer,
  does: deedsOf,
  numRuns: 4,
}
const schedule = { configs: scheduleNamed, decode: decodeSchedule, encode: encodeSchedule, does: valuesOf, numRuns: 20 }

describe.each([
  ['optimizer', optimizer as Kind],
  ['schedule', schedule as Kind],
] as const)('of every %s', (what, { configs, decode, encode, does, numRuns }) => {
  describe.each(names(what))('%s', (name) => {
    const laws = codec(
      { decode, encode: encode as (a: unknown) => Result<unknown> },
      configs(name),
      does as (a: unknown) => unknown,
    )
    // Of some most configurations are refused.
    const parameters = { numRuns, maxSkipsPerRun: 1000 }
    if (!CLOSURES[what].includes(name)) for (const law of laws) test(law.name, () => law.assert(parameters))
    else test('none is taken', () => expect(() => laws[0]?.assert({ numRuns: 1 })).toThrow(Refuted))
  })
})
