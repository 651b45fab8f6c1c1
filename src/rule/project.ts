import { built } from '../built.js'
import type { Over } from '../expr/expr.js'
import { mistake } from '../failure.js'
import { nonNegative, type Range } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { norm } from './moment.js'
import { rule } from './rule.js'

/**
 * Projections: the last of a chain, they make of its step one that ends in a set of parameters, at the point of it that is nearest to
 * where the step would have ended. The step of a point within is left as it is. With `sgd` before it: projected gradient descent.
 * Goldstein 1964, https://doi.org/10.1090/S0002-9904-1964-11178-2
 *
 * θ + Δθ is in the set up to its rounding. A set that moves (a schedule) is that of the update that is made.
 */

/**
 * Into a box, element by element; a side that is not given is open.
 *
 *     projectBox:  Δθ ← max(lower − θ, min(upper − θ, Δθ))          lower ≤ θ + Δθ ≤ upper
 */
export const projectBox = built(
  'projectBox',
  [{ lower: 'hyper', upper: 'hyper' }],
  ({ lower = -Infinity, upper = Infinity }: { lower?: Hyper; upper?: Hyper }) => {
    if (typeof lower === 'number' && typeof upper === 'number' && lower > upper)
      throw mistake('projectBox', `lower is ${lower} and upper is ${upper}`, 'lower ≤ upper')
    return rule({
      name: 'projectBox',
      hyper: { lower, upper },
      range: { lower: side, upper: side },
      step: ({ g, theta, lower, upper }) => ({ delta: g.min(upper.sub(theta)).max(lower.sub(theta)) }),
    })
  },
)

const side: Range = { holds: (x) => !Number.isNaN(x), say: () => 'a number or an infinity' }

/**
 * Into the Euclidean ball around 0 of each tensor: no tensor's norm grows beyond `radius` ("max-norm").
 * Srebro & Shraibman 2005, https://doi.org/10.1007/11503415_37
 *
 *     projectBall:  Δθ ← p · min(1, radius / ‖p‖) − θ,     p = θ + Δθ          tensor by tensor
 */
export const projectBall = built('projectBall', [{ radius: 'hyper!' }], (options: Ball) =>
  intoBall('projectBall', 'tensor', options),
)

/**
 * Into the ball of the whole tree.
 *
 *     projectGlobalBall:  Δθ ← p · min(1, radius / ‖p‖) − θ,     p = θ + Δθ          all tensors as one vector
 */
export const projectGlobalBall = built('projectGlobalBall', [{ radius: 'hyper!' }], (options: Ball) =>
  intoBall('projectGlobalBall', 'tree', options),
)

interface Ball {
  readonly radius: Hyper
}

const intoBall = (name: string, over: Over, { radius }: Ball) =>
  rule({
    name,
    hyper: { radius },
    range: { radius: nonNegative },
    step: ({ g, theta, radius }) => {
      const end = theta.add(g)
      const size = norm(over, end)
      return { delta: size.le(radius).select(g, end.mul(radius.div(size)).sub(theta)) }
    },
  })
