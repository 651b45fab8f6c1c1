import { built } from '../../built.js'
import { sumOver } from '../../expr/expr.js'
import { brief, mistake } from '../../failure.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { formula, perTensor, perTree, type Rule } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { norm } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { finite } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { oneOf } from '../option.js'
import { decayed } from './decayed.js'
import type { Mask } from './mask.js'
import { displacement, single } from './single.js'

type First = 'distance' | 'learning_rate' | 'heuristic'

interface Common {
  readonly learningRate?: Hyper
  readonly eps?: Hyper
  /** Added to the gradient before its norm is taken. */
  readonly weightDecay?: Hyper | null
  readonly mask?: Mask | null
}

interface Dog extends Common {
  /**
   * How the first step is told: by the distance r, by its rate, or, `heuristic`, by r relative to 1 + ‖θ‖.
   */
  readonly initStep?: readonly [First, number]
}

/**
 * `optax.contrib.dog` of 0.2.9. https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.dog
 *
 *     r ← max(r, ‖θ − θ₀‖)
 *     G ← G + ‖g‖²          norms of the whole tree
 *     Δθ = −learningRate · r / √(G + eps) · g
 */
export const dog = built(
  'optax.dog',
  [{ learningRate: 'hyper', initStep: 'any', eps: 'hyper', weightDecay: 'hyper', mask: 'tree' }],
  ({ learningRate = 1, initStep = ['heuristic', 1e-6], eps = 1e-8, ...common }: Dog = {}): Optimizer => {
    if (!Array.isArray(initStep)) throw mistake('optax.dog', `initStep is ${brief(initStep)}`, "['heuristic', 1e-6]")
    const [by, first] = initStep
    oneOf('optax.dog', ['distance', 'learning_rate', 'heuristic'], { 'initStep[0]': by })
    check('optax.dog', finite, { 'initStep[1]': first })
    return named(
      'optax.dog',
      ...decay('optax.dog', common),
      formula({
        name: 'optax.dog',
        hyper: { learningRate, eps },
        slots: { x0: 'theta', gone: 0, r: perTree(by === 'distance' ? first : 0), G: perTree(0) },
        step: ({ g, theta, t, x0, gone, learningRate, eps, ...slot }) => {
          const moved = displacement({ theta, x0, gone })
          const far = slot.r.max(norm('tree', moved))
          const r = by === 'heuristic' ? far.max(norm('tree', x0).add(1).mul(first)) : far
          const G = slot.G.add(sumOver('tree', g.square()))
          const rate = r.div(G.add(eps).sqrt())
          const chosen = by === 'learning_rate' ? t.eq(1).select(first, rate) : rate
          const delta = g.mul(chosen.mul(learningRate)).neg()
          return { x0, gone: moved.add(delta), r, G, delta }
        },
      }),
    )
  },
)

interface Dowg extends Common {
  /** The squared distance to the solution, at least; eps, where it is null. */
  readonly initEstimSqDist?: number | null
  readonly eps?: number
}

/**
 * `optax.contrib.dowg` of 0.2.9. https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.dowg
 *
 *     r² ← max(r², ‖θ − θ₀‖²)
 *     v ← v + r² · ‖g‖²          norms of the whole tree
 *     Δθ = −learningRate · r² / (√v + eps) · g
 */
export const dowg = built(
  'optax.dowg',
  [{ learningRate: 'hyper', initEstimSqDist: 'number', eps: 'number', weightDecay: 'hyper', mask: 'tree' }],
  ({ learningRate = 1, initEstimSqDist = null, eps = 1e-4, ...common }: Dowg = {}): Optimizer => {
    const first = initEstimSqDist ?? eps
    check('optax.dowg', finite, { eps, initEstimSqDist: first })
    return named(
      'optax.dowg',
      ...decay('optax.dowg', common),
      formula({
        name: 'optax.dowg',
        hyper: { learningRate },
        slots: { x0: 'theta', gone: 0, r2: perTree(first), v: perTree(0) },
        step: ({ g, theta, x0, gone, learningRate, ...slot }) => {
          const moved = displacement({ theta, x0, gone })
          const r2 = slot.r2.max(sumOver('tree', moved.square()))
          const v = slot.v.add(r2.mul(sumOver('tree', g.square())))
          const delta = g.mul(r2.div(v.sqrt().add(eps)).mul(learningRate)).neg()
          return { x0, gone: moved.add(delta), r2, v, delta }
        },
      }),
    )
  },
)

const decay = (who: string, { weightDecay = null, mask = null }: Common): readonly Rule[] =>
  weightDecay === null ? [] : [decayed(who, weightDecay, mask)]

interface Distance {
  /** The first distance, relative to 1 + ‖θ‖. */
  readonly repsRel?: number
  readonly eps?: Hyper
  readonly globalScale?: Hyper
}

/**
 * `optax.scale_by_distance_over_gradients` of 0.2.9: DoG, each tensor for itself, with the sign of the gradient.
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.scale_by_distance_over_gradients
 *
 * Distances are to θ₀ rounded to float32, as in Optax with its `param_dtype`.
 */
export const scaleByDistanceOverGradients = built(
  'optax.scaleByDistanceOverGradients',
  [{ repsRel: 'number', eps: 'hyper', globalScale: 'hyper' }],
  ({ repsRel = 1e-6, eps = 1e-8, globalScale = 1 }: Distance = {}) => {
    check('optax.scaleByDistanceOverGradients', finite, { repsRel })
    return rule({
      name: 'scaleByDistanceOverGradients',
      hyper: { eps, globalScale },
      slots: { x0: 'theta', r: perTensor(0), G: perTensor(0) },
      step: ({ g, theta, x0, eps, globalScale, ...slot }) => {
        const far = norm('tensor', theta.sub(single(x0)))
        const r = slot.r.max(far).max(norm('tensor', x0).add(1).mul(repsRel))
        const G = slot.G.add(sumOver('tensor', g.square()))
        return { x0, r, G, delta: g.mul(r.div(G.add(eps).sqrt()).mul(globalScale)) }
      },
    })
  },
)
