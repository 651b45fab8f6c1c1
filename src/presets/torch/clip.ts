import { built } from '../../built.js'
import { type Expr, literal, maxOver, sumOver } from '../../expr/expr.js'
import { brief, mistake } from '../../failure.js'
import { norm } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'

/** PyTorch 2.13's clipping of gradients, to stand before an optimizer in a chain. */
interface ClipGradNorm {
  readonly maxNorm: Hyper
  /** p, which may be Infinity. */
  readonly normType?: number
}

/**
 * `torch.nn.utils.clip_grad_norm_`, by the norm of all gradients as one vector.
 * https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 *
 *     g ← g · min(1, maxNorm / (‖g‖ₚ + 1e-6))
 *
 * Where it differs: a norm that is not finite is no error, `error_if_nonfinite`; it is `train` that looks at gradients.
 */
export const clipGradNorm = built(
  'torch.clipGradNorm',
  [{ maxNorm: 'hyper!', normType: 'number' }],
  ({ maxNorm, normType = 2 }: ClipGradNorm) => {
    if (typeof normType !== 'number' || Number.isNaN(normType))
      throw mistake('torch.clipGradNorm', `normType is ${brief(normType)}`, 'a number, or Infinity')
    return rule({
      name: 'clipGradNorm',
      hyper: { maxNorm },
      range: { maxNorm: nonNegative },
      step: ({ g, maxNorm }) => ({ delta: g.mul(maxNorm.div(pNorm(normType, g).add(1e-6)).min(1)) }),
    })
  },
)

/** (Σ|x|ᵖ)^(1/p) over the tree; at p = ±∞ the largest or smallest |x|; at p = 0 how many tensors are not all 0. */
const pNorm = (p: number, x: Expr): Expr => {
  if (p === 2) return norm('tree', x)
  if (p === Infinity) return maxOver('tree', x.abs())
  if (p === -Infinity) return maxOver('tree', x.abs().neg()).neg()
  if (p === 0)
    return sumOver(
      'tree',
      maxOver('tensor', x.abs())
        .gt(0)
        .select(literal(1).div(sumOver('tensor', 1)), 0),
    )
  return sumOver('tree', x.abs().pow(p)).pow(1 / p)
}

/**
 * `torch.nn.utils.clip_grad_value_`: g ← max(−clipValue, min(clipValue, g)).
 * https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export const clipGradValue = built(
  'torch.clipGradValue',
  [{ clipValue: 'hyper!' }],
  ({ clipValue }: { readonly clipValue: Hyper }) =>
    rule({
      name: 'clipGradValue',
      hyper: { clipValue },
      range: { clipValue: nonNegative },
      step: ({ g, clipValue }) => ({ delta: g.max(clipValue.neg()).min(clipValue) }),
    }),
)
