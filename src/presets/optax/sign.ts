import { built } from '../../built.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { fromRule } from '../../rule/rule.js'
import { signed } from '../../rule/signsgd.js'
import { signOfMomentum } from '../../rule/signum.js'
import type { Hyper } from '../../schedule/schedule.js'

/** Optax 0.2.9's signs, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.sign_sgd: ours. */

/** `optax.scale_by_sign`. */
export const scaleBySign = built('optax.scaleBySign', [], () => fromRule(signed))

/** `optax.sign_sgd`. */
export const signSgd = built(
  'optax.signSgd',
  [{ learningRate: 'hyper!' }],
  ({ learningRate }: { learningRate: Hyper }) => named('optax.signSgd', signed, descent(learningRate)),
)

/** `optax.signum`. */
export const signum = built(
  'optax.signum',
  [{ learningRate: 'hyper!', beta: 'hyper' }],
  ({ learningRate, beta = 0.9 }: { learningRate: Hyper; beta?: Hyper }) =>
    named('optax.signum', signOfMomentum({ beta }), descent(learningRate)),
)
