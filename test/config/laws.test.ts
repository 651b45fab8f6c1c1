import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import { show } from 'gradus'
import { describe, expect, test } from 'vitest'
import { decodeOptimizer, decodeSchedule, encodeOptimizer, encodeSchedule, type Json } from '../../src/config/index.ts'
import type { Failure } from '../../src/failure.ts'
import { names, optimizerNamed, scheduleNamed } from './arbitrary.ts'
import { deedsOf, valuesOf } from './same.ts'

/** Those that take a function, and cannot be written down. */
const CLOSURES = {
  optimizer: ['optax.conditionallyMask', 'optax.conditionallyTransform', 'optax.injectHyperparams'],
  schedule: ['map', 'torch.lambdaLR', 'torch.multiplicativeLR'],
}

const right = <A>(either: Either<Failure, A>): A => {
  if (either._tag === 'Right') return either.right
  throw new Error(show(either.left))
}

interface Codec<A> {
  readonly configs: (name: string) => fc.Arbitrary<Json>
  readonly decode: (json: unknown) => Either<Failure, A>
  readonly encode: (a: A) => Either<Failure, Json>
  readonly does: (a: A) => unknown
  readonly runs: number
}

const holds = <A>({ configs, decode, encode, does, runs }: Codec<A>, name: string): void =>
  fc.assert(
    fc.property(configs(name), (config) => {
      const decoded = decode(config)
      if (decoded._tag === 'Left') return
      const json = right(encode(decoded.right))
      const again = right(decode(JSON.parse(JSON.stringify(json))))
      expect(right(encode(again))).toEqual(json)
      expect(does(again)).toEqual(does(decoded.right))
    }),
    { numRuns: runs },
  )

const isTaken = <A>({ configs, decode }: Codec<A>, name: string): boolean =>
  [10, 100, 1000].some((numRuns) =>
    fc.sample(configs(name), { seed: 1, numRuns }).some((config) => decode(config)._tag === 'Right'),
  )

const optimizer = { configs: optimizerNamed, decode: decodeOptimizer, encode: encodeOptimizer, does: deedsOf, runs: 4 }
const schedule = { configs: scheduleNamed, decode: decodeSchedule, encode: encodeSchedule, does: valuesOf, runs: 20 }

describe.each([
  ['optimizer', optimizer as Codec<unknown>],
  ['schedule', schedule as Codec<unknown>],
] as const)('of every %s', (what, codec) => {
  test.each(names(what))('%s: decode ∘ encode = id, encode ∘ decode ∘ encode = encode', (name) => holds(codec, name))

  test('there is a configuration, but of those that take a function', () => {
    expect(new Set(names(what).filter((name) => !isTaken(codec, name)))).toEqual(new Set(CLOSURES[what]))
  })
})
