import { add, cumsum, div, max, relu, reshape, sub, type Tensor, tensor1d, topk } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { leafwise } from './leafwise.js'

/**
 * Into the simplex, tensor by tensor; the last of a chain. After it no element is below 0, and those of a tensor have the sum `total`:
 * weights of a mixture. Duchi et al. 2008, Figure 1, https://doi.org/10.1145/1390156.1390191
 *
 *     p = θ + Δθ,   u = p sorted, the largest first
 *     τ = max over k of (u₁ + … + uₖ − total) / k
 *     projectSimplex:  Δθ ← max(p − τ, 0) − θ
 *
 * The paper takes the last k for which u_k is above that quotient; the quotient rises up to there and falls after it, so that it is
 * the largest one. Sorting is no formula: this is written with TensorFlow's operations.
 */
export const projectSimplex = built('projectSimplex', [{ total: 'hyper' }], ({ total = 1 }: { total?: Hyper } = {}) =>
  leafwise({
    name: 'projectSimplex',
    hyper: { total },
    range: { total: positive },
    slots: {},
    step: ({ g, theta, hyper: { total } }) => {
      const end = add(theta, g)
      return { delta: sub(relu(sub(end, threshold(end, total))), theta) }
    },
  }),
)

const threshold = (p: Tensor, total: number): Tensor => {
  const count = tensor1d(Array.from({ length: p.size }, (_, i) => i + 1))
  const { values } = topk(reshape(p, [p.size]), p.size, true)
  return max(div(sub(cumsum(values), total), count))
}
