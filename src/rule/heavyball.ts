import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * The heavy ball: momentum with lr inside the buffer, so that the last step itself rolls on.
 * Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5
 *
 *     m ← beta · m − lr · g
 *     Δθ = m          θ ← θ − lr · g + beta · (θ − the θ of before)
 *
 * Where we differ: nowhere from Keras. `momentum` has lr outside the buffer, as PyTorch and Optax: the same while lr is constant.
 */
export const heavyBall = built(
  'heavyBall',
  [{ lr: 'hyper!', beta: 'hyper' }],
  ({ lr, beta = 0.9 }: { lr: Hyper; beta?: Hyper }) =>
    rule({
      name: 'heavyBall',
      hyper: { lr, beta },
      range: { lr: nonNegative, beta: fraction },
      slots: { m: 0 },
      step: ({ g, m, lr, beta }) => {
        const next = m.mul(beta).sub(g.mul(lr))
        return { m: next, delta: next }
      },
    }),
)
