import { add, mul, randomNormal } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { mixed } from '../random.js'
import { check } from '../schedule/check.js'
import { finite, nonNegative, whole } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { leafwise } from './leafwise.js'

/**
 * Gaussian noise on the gradient that dies away. Neelakantan et al. 2015, equations 1 and 2, https://arxiv.org/abs/1511.06807
 *
 *     σ² = eta / tᵞ
 *     g ← g + N(0, σ²)
 *
 * The paper's t is ours less 1, its σ² η / (1 + t)ᵞ. `eta` 0.01 is the least of the three it tries, 0.01, 0.3 and 1, gamma its own.
 * The noise is a function of `seed`, t and the leaf's place among the leaves, so that a run that is taken up again goes on as it
 * would have.
 */
export interface Noise {
  readonly seed: number
  readonly eta?: Hyper
  readonly gamma?: Hyper
}

export const addNoise = built('addNoise', [{ seed: 'number!', eta: 'hyper', gamma: 'hyper' }], (noise: Noise) =>
  noisy('addNoise', noise),
)

export const noisy = (name: string, { seed, eta = 0.01, gamma = 0.55 }: Noise) => {
  check(name, whole, { seed })
  return leafwise({
    name,
    hyper: { eta, gamma },
    range: { eta: nonNegative, gamma: finite },
    slots: {},
    step: ({ g, t, index, hyper: { eta, gamma } }) => {
      // To TensorFlow.js a seed of 0 is none.
      const normal = randomNormal([...g.shape], 0, 1, 'float32', mixed(seed, t, index) || 1)
      return { delta: add(g, mul(normal, Math.sqrt(eta / t ** gamma))) }
    },
  })
}
