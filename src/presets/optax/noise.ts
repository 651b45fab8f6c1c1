import { built } from '../../built.js'
import { noisy } from '../../optimizer/addnoise.js'
import { chain } from '../../optimizer/chain.js'
import type { Hyper } from '../../schedule/schedule.js'
import { scaleByLearningRate } from './scale.js'

/**
 * Optax 0.2.9's noise: normal, of variance eta / tᵞ. JAX's numbers for a key are others than those here.
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.add_noise
 */
interface Noise {
  readonly eta: Hyper
  readonly gamma: Hyper
  readonly key?: number | null
}

/** `optax.add_noise`. */
export const addNoise = built(
  'optax.addNoise',
  [{ eta: 'hyper!', gamma: 'hyper!', key: 'number' }],
  ({ eta, gamma, key }: Noise) => noisy('optax.addNoise', { eta, gamma, seed: key ?? 0 }),
)

/** `optax.noisy_sgd`. */
export const noisySgd = built(
  'optax.noisySgd',
  [{ learningRate: 'hyper!', eta: 'hyper', gamma: 'hyper', key: 'number' }],
  ({ learningRate, eta = 0.01, gamma = 0.55, key }: Partial<Noise> & { learningRate: Hyper }) =>
    chain(noisy('optax.noisySgd', { eta, gamma, seed: key ?? 0 }), scaleByLearningRate({ learningRate })),
)
