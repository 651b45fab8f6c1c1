import { built } from '../built.js'
import { norm } from './moment.js'
import { rule } from './rule.js'

/**
 * The direction of the gradient: the whole tree has norm 1 after it. Before `scaleByLr` it is normalized gradient descent,
 * whose steps are all lr long. Nesterov 2004, Introductory Lectures on Convex Optimization, 3.2.3
 *
 *     normalize:  g ← g / ‖g‖          0 where g is 0
 *
 * Where we differ: Optax divides 0 by 0, and its normalized gradient of 0 is NaN.
 */
export const normalize = built('normalize', [], () =>
  rule({
    name: 'normalize',
    step: ({ g }) => {
      const size = norm('tree', g)
      return { delta: g.div(size.eq(0).select(1, size)) }
    },
  }),
)
