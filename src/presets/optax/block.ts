import { built } from '../../built.js'
import { norm, rms } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { ratioOf } from '../../rule/trustratio.js'
import type { Hyper } from '../../schedule/schedule.js'

/**
 * Optax 0.2.9's scalings by the size of θ; a block is a tensor.
 * https://optax.readthedocs.io/en/latest/api/transformations.html
 */
interface Block {
  /** The least that a tensor's size is taken to be. */
  readonly minScale?: Hyper
}

/** `optax.scale_by_param_block_norm`: max(‖θ‖, minScale) · g, tensor by tensor. */
export const scaleByParamBlockNorm = built(
  'optax.scaleByParamBlockNorm',
  [{ minScale: 'hyper' }],
  ({ minScale = 1e-3 }: Block = {}) =>
    rule({
      name: 'scaleByParamBlockNorm',
      hyper: { minScale },
      step: ({ g, theta, minScale }) => ({ delta: g.mul(norm('tensor', theta).max(minScale)) }),
    }),
)

/** `optax.scale_by_param_block_rms`: max(rms(θ), minScale) · g, tensor by tensor. */
export const scaleByParamBlockRms = built(
  'optax.scaleByParamBlockRms',
  [{ minScale: 'hyper' }],
  ({ minScale = 1e-3 }: Block = {}) =>
    rule({
      name: 'scaleByParamBlockRms',
      hyper: { minScale },
      step: ({ g, theta, minScale }) => ({ delta: g.mul(rms(theta).max(minScale)) }),
    }),
)

interface TrustRatio {
  readonly minNorm?: Hyper
  readonly trustCoefficient?: Hyper
  readonly eps?: Hyper
}

/**
 * `optax.scale_by_trust_ratio`: trustCoefficient · ‖θ‖ / (‖g‖ + eps) · g, tensor by tensor, with both norms taken to be `minNorm` at
 * least; g itself where one of them is 0, which they are not where `minNorm` is above 0.
 */
export const scaleByTrustRatio = built(
  'optax.scaleByTrustRatio',
  [{ minNorm: 'hyper', trustCoefficient: 'hyper', eps: 'hyper' }],
  ({ minNorm = 0, trustCoefficient = 1, eps = 0 }: TrustRatio = {}) =>
    rule({
      name: 'scaleByTrustRatio',
      hyper: { minNorm, trustCoefficient, eps },
      step: ({ g, theta, minNorm, trustCoefficient, eps }) => {
        const [a, b] = [norm('tensor', theta).max(minNorm), norm('tensor', g).max(minNorm)]
        return { delta: g.mul(ratioOf(a, b, trustCoefficient.mul(a).div(b.add(eps)))) }
      },
    }),
)
