import { add, div, expandDims, maximum, mean, mul, rsqrt, sqrt, square, type Tensor } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { nonNegative, positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { leafwise, type Shape } from './leafwise.js'

/**
 * Adafactor: RMSprop whose average of g² is kept as one number a row and one a column. Shazeer & Stern 2018, Algorithms 4 and 5,
 * https://arxiv.org/abs/1804.04235
 *
 *     β = 1 − t^−decay
 *     row ← β · row + (1 − β) · mean of g² + eps1 over a row          col alike; v = row · colᵀ / mean(row)
 *     v ← β · v + (1 − β) · (g² + eps1)                               of scalars and vectors, whole
 *     u = g / √v
 *     Δθ = −lr · max(eps2, rms(θ)) · u / max(1, rms(u) / clip)
 *
 * Rows and columns are the last two axes of a tensor, for each index of those before.
 *
 * `lr` is the relative step size, min(0.01, 1/√t) in the paper and here if nothing is said. Where we differ: PyTorch and Keras have
 * min(lr, 1/√t), and PyTorch eps1 as a bound, not a term; Optax factors the two longest axes, of 128 at least.
 */
export interface Adafactor {
  readonly lr?: Hyper
  readonly decay?: Hyper
  readonly eps1?: Hyper
  readonly eps2?: Hyper
  readonly clip?: Hyper
}

export const adafactor = built(
  'adafactor',
  [{ lr: 'hyper', decay: 'hyper', eps1: 'hyper', eps2: 'hyper', clip: 'hyper' }],
  ({ lr = relativeStep, decay = 0.8, eps1 = 1e-30, eps2 = 1e-3, clip = 1 }: Adafactor = {}) =>
    factoredStep('adafactor', { lr, decay, eps1, eps2, clip }, 'added'),
)

/** The whole step. eps1 is added to g², or else v is eps1² at least, and the mean of the rows eps1. */
export const factoredStep = (name: string, hyper: Required<Adafactor>, eps: 'added' | 'bound') =>
  leafwise({
    name,
    hyper: { ...hyper },
    range: { lr: nonNegative, decay: nonNegative, eps1: nonNegative, eps2: nonNegative, clip: positive },
    slots: factors(lastTwo),
    step: ({ g, theta, t, slot, hyper: { lr, decay, eps1, eps2, clip } }) => {
      const [added, bound] = eps === 'added' ? [eps1, 0] : [0, eps1]
      const { u, ...next } = byFactors(g, slot, lastTwo(g.shape), { beta: 1 - t ** -decay, added, bound })
      const size = mul(maximum(rms(theta), eps2), -lr)
      return { ...next, delta: mul(u, div(size, maximum(div(rms(u), clip), 1))) }
    },
  })

/** g / √v, with any rate and any axes. */
export const scaledByFactors = (
  name: string,
  { beta, eps }: { beta: Hyper; eps: Hyper },
  axesOf: (shape: Shape) => Axes,
) =>
  leafwise({
    name,
    hyper: { beta, eps },
    range: { eps: nonNegative },
    slots: factors(axesOf),
    step: ({ g, slot, hyper: { beta, eps } }) => {
      const { u, ...next } = byFactors(g, slot, axesOf(g.shape), { beta, added: eps, bound: 0 })
      return { ...next, delta: u }
    },
  })

const relativeStep = (t: number): number => Math.min(0.01, 1 / Math.sqrt(t))

const rms = (x: Tensor): Tensor => sqrt(mean(square(x)))

/** The axis over which a row's mean is taken, and a column's; none where nothing is factored. */
type Axes = readonly [row: number, col: number] | undefined
type Second = 'row' | 'col' | 'v'

const lastTwo = ({ length }: Shape): Axes => (length < 2 ? undefined : [length - 1, length - 2])

/** The slots of a second moment that is factored where there are axes for it. */
const factors = (axesOf: (shape: Shape) => Axes): Readonly<Record<Second, (shape: Shape) => readonly Shape[]>> => {
  const mean = (k: 0 | 1) => (shape: Shape) => {
    const axes = axesOf(shape)
    return axes ? [without(shape, axes[k])] : []
  }
  return { row: mean(0), col: mean(1), v: (shape) => (axesOf(shape) ? [] : [shape]) }
}

const without = (shape: Shape, axis: number): Shape => shape.filter((_, i) => i !== axis)

interface Average {
  readonly beta: number
  /** To g². */
  readonly added: number
  /** Its square bounds v from below, itself the mean of the rows. */
  readonly bound: number
}

/** g over the root of its second moment, and that moment's next factors. */
const byFactors = (
  g: Tensor,
  slot: Readonly<Record<Second, readonly [Tensor, ...Tensor[]]>>,
  axes: Axes,
  { beta, added, bound }: Average,
): Readonly<Record<Second, readonly Tensor[]>> & { readonly u: Tensor } => {
  const squared = added === 0 ? square(g) : add(square(g), added)
  const next = (old: Tensor, x: Tensor): Tensor => add(mul(old, beta), mul(x, 1 - beta))
  const over = (v: Tensor): Tensor => mul(g, rsqrt(bound === 0 ? v : maximum(v, bound ** 2)))
  if (!axes) {
    const v = next(slot.v[0], squared)
    return { row: [], col: [], v: [v], u: over(v) }
  }
  const [r, c] = axes
  const row = next(slot.row[0], mean(squared, r))
  const col = next(slot.col[0], mean(squared, c))
  const all = maximum(mean(row, c > r ? c - 1 : c, true), bound)
  const made = { row: [row], col: [col], v: [] }
  if (bound > 0) return { ...made, u: over(mul(expandDims(div(row, all), r), expandDims(col, c))) }
  // Products and quotients of the factors may be too small for float32 where their roots are not.
  const share = mul(rsqrt(row), sqrt(all))
  return { ...made, u: mul(mul(g, expandDims(share, r)), expandDims(rsqrt(col), c)) }
}
