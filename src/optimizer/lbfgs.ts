import {
  add,
  concat,
  div,
  greater,
  maximum,
  minimum,
  mul,
  notEqual,
  reshape,
  scalar,
  slice,
  sqrt,
  sub,
  type Tensor,
  where,
  zeros,
} from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { mistake } from '../failure.js'
import { checkStep, fitted } from '../kernel/kernel.js'
import { scaleByLr } from '../rule/lr.js'
import { check } from '../schedule/check.js'
import { wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { entries, rebuild, type Tensors, tensors } from '../tree.js'
import { chain } from './chain.js'
import { inner } from './inner.js'
import { escaping, fresh } from './leafwise.js'
import { type LineSearch, lineSearch } from './linesearch.js'
import type { Optimizer, Point } from './optimizer.js'
import { tensorFrame } from './tensorframe.js'

/**
 * L-BFGS: Newton's direction, with the inverse Hessian guessed from the last `memory` steps. Nocedal 1980,
 * https://doi.org/10.1090/S0025-5718-1980-0572855-7; Algorithms 7.4 and 7.5 of Nocedal & Wright 2006.
 *
 *     s = θ − θ before it,   y = g − g before it,   ρ = 1 / sᵀy          of each of the last `memory` updates
 *     q = g;   α = ρ · sᵀq,  q ← q − α · y                               from the latest pair to the earliest
 *     r = γ · q;   r ← r + (α − ρ · yᵀr) · s                             from the earliest to the latest
 *     g ← r          γ = sᵀy / yᵀy of the latest pair; at first min(1, 1 / ‖g‖)
 *
 * A pair without curvature, sᵀy ≤ 1e-10 · yᵀy, is left out, and one whose products are too small to divide by. The vectors are whole
 * trees. The gradients should be of one function: those of small batches make pairs of noise.
 */
export const scaleByLbfgs = built('scaleByLbfgs', [{ memory: 'number' }], ({ memory = 10 }: { memory?: number } = {}) =>
  quasiNewton('scaleByLbfgs', memory, ({ sy, yy, atFirst }) => {
    const curved = greater(minimum(sy, yy), maximum(mul(yy, 1e-10), LEAST_NORMAL))
    return { rho: where(curved, div(1, sy), 0), gamma: where(curved, div(sy, yy), atFirst) }
  }),
)

/** In float32, 1 over less may be infinite. */
const LEAST_NORMAL = 2 ** -126

/**
 * L-BFGS, whole: with `evaluate` in `update`'s last argument a line search finds how far to go, starting from `lr`; without, the
 * step is lr times the direction.
 */
export const lbfgs = built(
  'lbfgs',
  [{ lr: 'hyper', memory: 'number', maxSteps: 'number', decrease: 'number', curvature: 'number' }],
  ({ lr = 1, memory = 10, ...search }: LineSearch & { lr?: Hyper; memory?: number } = {}) =>
    chain(scaleByLbfgs({ memory }), scaleByLr(lr), lineSearch(search)),
)

export interface QuasiNewton {
  /** θ and g at the last update. */
  readonly theta: Tensors
  readonly g: Tensors
  /** Differences, the earliest first. */
  readonly s: readonly Tensors[]
  readonly y: readonly Tensors[]
  /** [memory]; 0 of pairs that are left out. */
  readonly rho: Tensor
}

/** What a pair is worth, of its inner products: ρ, and the γ that goes with it. */
type Worth = (of: { sy: Tensor; yy: Tensor; atFirst: Tensor }) => { rho: Tensor; gamma: Tensor }

/** A pair of negative curvature counts too. */
export const anyCurvature: Worth = ({ sy, yy }) => ({
  rho: where(notEqual(sy, 0), div(1, sy), 0),
  gamma: where(greater(yy, 0), div(sy, yy), 1),
})

/** Where `scaled` is false, γ is 1. */
export const quasiNewton = (name: string, memory: number, worth: Worth, scaled = true): Optimizer<QuasiNewton> => {
  check(name, wholeFrom(1), { memory })
  return {
    init: (params) => {
      const frame = tensorFrame(name, 'params', params)
      const nought = () =>
        rebuild(
          params,
          frame.shapes.map((shape): Tensor => zeros([...shape])),
        ) as Tensors
      const noughts = () => Array.from({ length: memory }, nought)
      return { theta: nought(), g: nought(), s: noughts(), y: noughts(), rho: zeros([memory]) }
    },
    update: <P>(state: QuasiNewton, grad: P, t: number, at: Point<P>) => {
      checkStep(name, t)
      if (!at) throw mistake(name, 'params are missing', 'them in the fourth argument: { params }')
      const frame = tensorFrame(name, 'params', at.params)
      const fit = (what: string, tree: unknown) => fitted(name, what, frame, tree) as readonly Tensor[]
      const g = fit('grad', grad)
      const theta = entries(at.params).map(([, leaf]) => leaf as Tensor)
      const [oldTheta, oldG] = [fit('state.theta', state?.theta), fit('state.g', state.g)]
      const past = (which: 's' | 'y') =>
        listed(name, which, memory, state[which]).map((x, i) => fit(`state.${which}.${i}`, x))
      const [oldS, oldY] = [past('s'), past('y')]
      if (state.rho?.shape.join() !== `${memory}`)
        throw mistake(name, `state.rho is [${state.rho?.shape}]`, `[${memory}]`)
      return escaping(() => {
        const atFirst = minimum(div(1, sqrt(inner(g, g))), 1)
        let { rho } = state
        let gamma = atFirst
        let [s, y] = [oldS, oldY]
        if (t > 1) {
          const [ds, dy] = [
            theta.map((x, i) => sub(x, oldTheta[i] as Tensor)),
            g.map((x, i) => sub(x, oldG[i] as Tensor)),
          ]
          const of = worth({ sy: inner(ds, dy), yy: inner(dy, dy), atFirst })
          rho = concat([slice(state.rho, [1], [memory - 1]), reshape(of.rho, [1])])
          gamma = of.gamma
          s = [...oldS.slice(1), ds]
          y = [...oldY.slice(1), dy]
        }
        const pairs = Array.from({ length: Math.min(memory, t - 1) }, (_, k) => memory - 1 - k).map((k) => ({
          s: s[k] as readonly Tensor[],
          y: y[k] as readonly Tensor[],
          rho: reshape(slice(rho, [k], [1]), []),
        }))
        const direction = twoLoops(g, pairs, scaled ? gamma : scalar(1))
        const own = fresh(tensors([state, grad, at.params]))
        const tree = (leaves: readonly Tensor[]) => rebuild(frame.like, leaves.map(own)) as Tensors
        const next = { theta: tree(theta), g: tree(g), s: s.map(tree), y: y.map(tree), rho: own(rho) }
        return [next, tree(direction) as P] as const
      })
    },
  }
}

interface Pair {
  readonly s: readonly Tensor[]
  readonly y: readonly Tensor[]
  readonly rho: Tensor
}

/** The inverse Hessian of these pairs, the latest first, times g. */
const twoLoops = (g: readonly Tensor[], pairs: readonly Pair[], gamma: Tensor): readonly Tensor[] => {
  const weights: Tensor[] = []
  let q = g
  for (const { s, y, rho } of pairs) {
    const alpha = mul(rho, inner(s, q))
    weights.push(alpha)
    q = q.map((x, i) => sub(x, mul(alpha, y[i] as Tensor)))
  }
  let r = q.map((x): Tensor => mul(x, gamma))
  for (const [k, { s, y, rho }] of [...pairs.entries()].reverse()) {
    const weight = sub(weights[k] as Tensor, mul(rho, inner(y, r)))
    r = r.map((x, i) => add(x, mul(weight, s[i] as Tensor)))
  }
  return r
}

const listed = (name: string, which: string, length: number, list: readonly Tensors[]): readonly Tensors[] => {
  if (Array.isArray(list) && list.length === length) return list
  throw mistake(name, `state.${which} is not a list of ${length}`, `${length} trees`)
}
