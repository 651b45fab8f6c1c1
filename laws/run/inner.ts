import fc from 'fast-check'
import { chain } from '../../src/optimizer/chain.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { clip, clipByGlobalNorm } from '../../src/rule/clip.js'
import { addDecayedWeights } from '../../src/rule/decay.js'
import { scaleByLr } from '../../src/rule/lr.js'
import { momentum } from '../../src/rule/momentum.js'
import { debiasedAverage } from '../../src/rule/movingaverage.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Layout, machine } from './machine.js'
import { leavesOf, type Step, stepOf } from './run.js'

/**
 * What combinators are tried on: optimizers that remember, look at θ, and count their steps, tensor by tensor. Nothing is divided by
 * a gradient in them: what rounding does to one stays small.
 */
const lr = (t: number): number => [0.5, 0.25, 1, 0.125][t % 4] as number

const TENSORWISE = {
  'momentum with decay': chain(addDecayedWeights({ weightDecay: 0.125 }), momentum({ lr, beta: 0.5 })),
  'average of clipped ones': chain(clip(2), debiasedAverage({ beta: 0.75 }), scaleByLr(lr)),
}
/** The last is one of all tensors. */
const WHOLE = { ...TENSORWISE, 'momentum of one norm': chain(clipByGlobalNorm(2), momentum({ lr, beta: 0.5 })) }
export type Inner = keyof typeof WHOLE

const oneOf = (names: object): fc.Arbitrary<Inner> => fc.constantFrom(...(Object.keys(names) as Inner[]))
export const inner = oneOf(TENSORWISE)
export const whole = oneOf(WHOLE)
export const innerOf = (name: Inner): Optimizer => WHOLE[name]

export const theta = vectors({ zero: 'nowhere' })
/** What a run of a combinator is: gradients, a start, and the optimizer in it. */
export const someRun = { gradients: histories({ max: 9 }), theta, inner }

/** At each step of a run, the one that another optimizer makes there, whose state is its own: it hears the same gradients, at the same θ. */
export const alongside = (steps: readonly Step[], other: Optimizer, gradients: History, layout: Layout): History => {
  const m = machine(other, layout)
  let state = m.init(leavesOf(layout, steps[0]?.before as Vector))
  return steps.map(({ before, t }, i) => {
    const step = stepOf(m, layout, state, before, gradients[i] as Vector, t)
    state = step.state
    return step.delta
  })
}

/** The largest number of a run, for what rounds. */
export const sizeOf = (gradients: History, theta: Vector = []): number =>
  Math.max(...theta.map(Math.abs), ...gradients.flat().map(Math.abs))
