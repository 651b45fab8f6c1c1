import fc from 'fast-check'
import {
  addDecayedWeights,
  clip,
  clipByGlobalNorm,
  type Optimizer,
  scaleByAdam,
  scaleByLr,
  schedule,
  trace,
} from 'gradus'
import { everyWord } from '../everyword.ts'

/** An optimizer without its formula: it runs, but nothing can be fused with it. */
export const opaque = <S>({ init, update }: Optimizer<S>): Optimizer<S> => ({
  init: (params) => init(params),
  update: (state, grad, t, at) => update(state, grad, t, at),
})

const lr = schedule.warmup(3)(0.1)

/** Parts of chains, by what they are called. */
export const parts: Readonly<Record<string, Optimizer>> = {
  clip: clip(0.7),
  clipByGlobalNorm: clipByGlobalNorm(1.5),
  scaleByAdam: scaleByAdam({ b1: 0.8, b2: 0.95 }),
  addDecayedWeights: addDecayedWeights({ weightDecay: 0.1, where: (path) => !path.includes('bias') }),
  trace: trace({ beta: 0.5 }),
  scaleByLr: scaleByLr(lr),
  everyWord,
}

/** Names of the parts of a chain, in order. */
export const names = (maxLength = 4): fc.Arbitrary<readonly string[]> =>
  fc.array(fc.constantFrom(...Object.keys(parts)), { maxLength })

export const partsOf = (chosen: readonly string[]): readonly Optimizer[] =>
  chosen.map((name) => parts[name] as Optimizer)
