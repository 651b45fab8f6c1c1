import { decay } from '../../rule/decay.js'
import { formula, type Rule } from '../../rule/formula.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'

/** What all of PyTorch's optimizers can do to the gradient and to θ beside their own step. */
export interface Regularized {
  readonly weightDecay?: Hyper
  /** Ascends. */
  readonly maximize?: boolean
}

/** g, or −g where it is to ascend. */
export const climbing = (who: string, maximize: boolean): readonly Rule[] => {
  flag(who, { maximize })
  return maximize ? [formula({ name: 'maximize', step: ({ g }) => ({ delta: g.neg() }) })] : []
}

/** PyTorch leaves θ alone where the decay is 0: then a θ that is not finite does no harm. */
const decaying = (weightDecay: Hyper): readonly Rule[] => (weightDecay === 0 ? [] : [decay({ weightDecay })])

/**
 * The direction of a step, of the gradient + weightDecay · θ; or, decoupled, of the gradient, weightDecay · θ added
 * after it.
 */
export const regularized = (
  who: string,
  direction: Rule,
  { weightDecay = 0, maximize = false }: Regularized,
  decoupled = false,
): readonly Rule[] => {
  const [ascent, decays] = [climbing(who, maximize), decaying(weightDecay)]
  return decoupled ? [...ascent, direction, ...decays] : [...ascent, ...decays, direction]
}
