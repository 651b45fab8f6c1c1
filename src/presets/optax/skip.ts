import { sumOver } from '../../expr/expr.js'
import { complement } from '../../rule/moment.js'
import { check } from '../../schedule/check.js'
import { nonNegative } from '../../schedule/range.js'
import type { ShouldSkip } from './multisteps.js'

/** Optax 0.2.9's reasons to skip a mini-step of `multiSteps`. https://optax.readthedocs.io/en/latest/api/optimizer_wrappers.html#optax.skip_not_finite */

/** `optax.skip_not_finite`: an element is not finite. */
export const skipNotFinite: ShouldSkip = (g) => sumOver('tree', g.isFinite().eq(0)).gt(0)

/** `optax.skip_large_updates`: ‖g‖² is not below `maxSquaredNorm`; NaN is below nothing. */
export const skipLargeUpdates = ({ maxSquaredNorm }: { maxSquaredNorm: number }): ShouldSkip => {
  check('optax.skipLargeUpdates', nonNegative, { maxSquaredNorm })
  return (g) => complement(sumOver('tree', g.square()).lt(maxSquaredNorm))
}
