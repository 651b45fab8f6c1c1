import { built } from '../../built.js'
import { algorithm1, type Moments } from '../../rule/adam.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import type { Hyper } from '../../schedule/schedule.js'
import { EPSILON } from './epsilon.js'

interface Adam {
  readonly learningRate?: Hyper
  readonly beta1?: Hyper
  readonly beta2?: Hyper
  readonly epsilon?: Hyper | null
}

/** `tf.train.adam`: ours, with its epsilon. */
export const adam = built(
  'tfjs.adam',
  [{ learningRate: 'hyper', beta1: 'hyper', beta2: 'hyper', epsilon: 'hyper' }],
  ({ learningRate = 0.001, beta1, beta2, epsilon }: Adam = {}) =>
    named<Moments>('tfjs.adam', algorithm1({ b1: beta1, b2: beta2, eps: epsilon ?? EPSILON }), descent(learningRate)),
)
