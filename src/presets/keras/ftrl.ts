import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { check } from '../../schedule/check.js'
import { nonNegative, positive, type Range } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `Ftrl`, https://keras.io/api/optimizers/ftrl/, with p = −learningRatePower, l1 and l2 the strengths of regularization
 * and shrinkage that of l2 shrinkage:
 *
 *     n′ = n + g²
 *     z ← z + g + 2 · shrinkage · θ − (n′ᵖ − nᵖ) / learningRate · θ
 *     θ ← (clip(z, −l1, l1) − z) / (n′ᵖ / learningRate + 2 · (l2 + beta / (2 · learningRate)))
 *     n ← n′
 *
 * n starts at `initialAccumulatorValue` and z at 0, so that the first update forgets where θ started.
 */
export const ftrl = built(
  'keras.ftrl',
  [
    {
      ...kerasKinds,
      learningRatePower: 'hyper',
      initialAccumulatorValue: 'number',
      l1RegularizationStrength: 'hyper',
      l2RegularizationStrength: 'hyper',
      l2ShrinkageRegularizationStrength: 'hyper',
      beta: 'hyper',
    },
  ],
  (options: Ftrl = {}) => {
    const {
      learningRate: lr = 0.001,
      learningRatePower = -0.5,
      initialAccumulatorValue = 0.1,
      l1RegularizationStrength: l1 = 0,
      l2RegularizationStrength: l2 = 0,
      l2ShrinkageRegularizationStrength: shrinkage = 0,
      beta = 0,
    } = options
    check('keras.ftrl', nonNegative, { initialAccumulatorValue })
    const step = formula({
      name: 'ftrl',
      hyper: { lr, learningRatePower, l1, l2, shrinkage, beta },
      range: { lr: positive, learningRatePower: notPositive, l1: nonNegative, l2: nonNegative, shrinkage: nonNegative },
      slots: { n: initialAccumulatorValue, z: 0 },
      step: ({ g, theta, lr, learningRatePower, l1, l2, shrinkage, beta, ...slot }) => {
        const p = learningRatePower.neg()
        const n = slot.n.add(g.square())
        const root = n.pow(p)
        const nearer = root.sub(slot.n.pow(p)).div(lr).mul(theta)
        const z = slot.z.add(g.add(theta.mul(shrinkage.mul(2))).sub(nearer))
        const quadratic = root.div(lr).add(l2.add(beta.div(lr.mul(2))).mul(2))
        return { n, z, delta: z.min(l1).max(l1.neg()).sub(z).div(quadratic).sub(theta) }
      },
    })
    return kerasOptimizer('keras.ftrl', step, options)
  },
)

const notPositive: Range = { holds: (x) => x <= 0 && x > -Infinity, say: (name) => `−∞ < ${name} ≤ 0` }

interface Ftrl extends KerasOptimizer {
  readonly learningRatePower?: Hyper
  readonly initialAccumulatorValue?: number
  readonly l1RegularizationStrength?: Hyper
  readonly l2RegularizationStrength?: Hyper
  readonly l2ShrinkageRegularizationStrength?: Hyper
  readonly beta?: Hyper
}
