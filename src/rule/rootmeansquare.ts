import { built } from '../built.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * The rate divided by the root mean square of all past gradients: Adagrad as Hung-yi Lee's lectures on machine learning have it,
 * https://speech.ee.ntu.edu.tw/~hylee/ml/2021-spring.php
 *
 *     G ← G + g²
 *     σ = √(G / t)          σ = |g| at t = 1
 *     Δθ = −lr · g / σ          0 where every gradient so far was 0
 *
 * Where we differ: the lecture counts from 0, σᵗ = √(1/(t + 1) · Σ(gⁱ)²). Adagrad with eps = 0 at the rate lr · √t is the same.
 */
export const rootMeanSquare = built('rootMeanSquare', [{ lr: 'hyper' }], ({ lr = 0.01 }: { lr?: Hyper } = {}) =>
  rule({
    name: 'rootMeanSquare',
    hyper: { lr },
    range: { lr: nonNegative },
    slots: { G: 0 },
    step: ({ g, t, G, lr }) => {
      const next = G.add(g.square())
      const u = next.gt(0).select(g.div(next.div(t).sqrt()), 0)
      return { G: next, delta: u.mul(lr).neg() }
    },
  }),
)
