import { built } from '../../built.js'
import { mistake } from '../../failure.js'
import { chain } from '../../optimizer/chain.js'
import { JORDAN, overFrobeniusFrom, type Quintic, repeated } from '../../optimizer/newtonschulz.js'
import { orthogonal } from '../../optimizer/orthogonal.js'
import { decay } from '../../rule/decay.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { check, checkList } from '../../schedule/check.js'
import { finite, nonNegative, wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag, oneOf } from '../option.js'

/**
 * PyTorch 2.13's `Muon`, https://docs.pytorch.org/docs/stable/generated/torch.optim.Muon.html: of matrices alone, whose rows are taken
 * to be the outputs, as in PyTorch's layers.
 *
 *     m ← momentum · m + (1 − momentum) · g
 *     u = m, or momentum · m + (1 − momentum) · g where `nesterov`
 *     O = `nsSteps` steps of Newton and Schulz from u / max(‖u‖, eps)
 *     Δθ = −lr · (√max(1, rows / columns) · O + weightDecay · θ)          or 0.2 · √max(rows, columns): 'match_rms_adamw'
 *
 * PyTorch has the iteration in bfloat16, of three digits; here it is in float32.
 */
interface Muon {
  readonly lr?: Hyper
  readonly weightDecay?: Hyper
  readonly momentum?: Hyper
  readonly nesterov?: boolean
  readonly nsCoefficients?: Quintic
  readonly eps?: Hyper
  readonly nsSteps?: number
  readonly adjustLrFn?: 'original' | 'match_rms_adamw' | null
}

export const muon = built(
  'torch.muon',
  [
    {
      lr: 'hyper',
      weightDecay: 'hyper',
      momentum: 'hyper',
      nesterov: 'flag',
      nsCoefficients: 'numbers',
      eps: 'hyper',
      nsSteps: 'number',
      adjustLrFn: ['original', 'match_rms_adamw'],
    },
  ],
  (options: Muon = {}) => {
    const who = 'torch.muon'
    const { lr = 0.001, weightDecay = 0.1, momentum = 0.95, nesterov = true, nsCoefficients = JORDAN } = options
    const { eps = 1e-7, nsSteps = 5, adjustLrFn = null } = options
    flag(who, { nesterov })
    checkList(who, finite, 'nsCoefficients', nsCoefficients, 3)
    check(who, wholeFrom(0), { nsSteps })
    if (adjustLrFn !== null) oneOf(who, ['original', 'match_rms_adamw'], { adjustLrFn })
    const direction = orthogonal({
      name: who,
      hyper: { momentum, eps },
      range: { momentum: nonNegative, eps: nonNegative },
      moment: ({ momentum }) => ({
        kept: momentum,
        taken: 1 - momentum,
        ofMoment: nesterov ? momentum : 1,
        ofGradient: nesterov ? 1 - momentum : 0,
      }),
      steps: repeated(nsSteps, nsCoefficients),
      bounded: ({ eps }) => overFrobeniusFrom(eps),
      axes: (shape, path) => {
        if (shape.length === 2) return { inputs: [0], outputs: [1] }
        throw mistake(who, `leaf "${path}" is [${shape}]`, 'a matrix')
      },
      factor: (_, rows, columns) =>
        adjustLrFn === 'match_rms_adamw'
          ? 0.2 * Math.sqrt(Math.max(rows, columns))
          : Math.sqrt(Math.max(1, rows / columns)),
    })
    return chain(direction, named(who, decay({ weightDecay }), descent(lr)))
  },
)
