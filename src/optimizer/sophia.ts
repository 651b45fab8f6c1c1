import { add, clipByValue, div, maximum, mul, type Tensor } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { mistake } from '../failure.js'
import { decay } from '../rule/decay.js'
import { named } from '../rule/fuse.js'
import { descent } from '../rule/lr.js'
import { check } from '../schedule/check.js'
import { fraction, nonNegative, wholeFrom } from '../schedule/range.js'
import type { Hyper, Step } from '../schedule/schedule.js'
import { chain } from './chain.js'
import { alike, leafwise } from './leafwise.js'
import type { Point } from './optimizer.js'

/**
 * Sophia: momentum over the Hessian's diagonal, clipped. Liu et al. 2023, Algorithm 3, https://arxiv.org/abs/2305.14342
 *
 *     m ← b1 · m + (1 − b1) · g
 *     Δθ = −lr · (clip(m / max(gamma · h, eps), 1) + weightDecay · θ)
 *     h ← b2 · h + (1 − b2) · ĥ          at t = 1, 1 + every, 1 + 2 · every, …
 *
 * ĥ, an estimate of the Hessian's diagonal, is `hessian(params, t)`, which is called at those t alone, or else comes with the
 * gradient, as `hessian` of `update`'s last argument. Before there is any, Δθ is a step of sign descent.
 *
 * Where we differ: the paper moves with the h of this update; here, as in Optax, the old one is used, and then refreshed.
 */
export interface Sophia {
  readonly lr: Hyper
  readonly b1?: Hyper
  readonly b2?: Hyper
  readonly gamma?: Hyper
  readonly eps?: Hyper
  readonly weightDecay?: Hyper
  readonly every?: number
  /** Of θ, a tree like it; its tensors are disposed after the update. */
  readonly hessian?: Diagonal
}

// biome-ignore lint/suspicious/noExplicitAny: θ's own type is told where the function is written
export type Diagonal = (params: any, t: Step) => unknown

export const sophia = built(
  'sophia',
  [
    {
      lr: 'hyper!',
      b1: 'hyper',
      b2: 'hyper',
      gamma: 'hyper',
      eps: 'hyper',
      weightDecay: 'hyper',
      every: 'number',
      hessian: 'function',
    },
  ],
  (options: Sophia) => {
    const { lr, b1 = 0.96, b2 = 0.99, gamma = 0.01, eps = 1e-12, weightDecay = 0.2, every = 10, hessian } = options
    return chain(
      overCurvature('sophia', { b1, b2, gamma, eps, every, hessian, most: 1, debiased: false }),
      named('sophia', decay({ weightDecay }), descent(lr)),
    )
  },
)

interface Direction {
  readonly b1: Hyper
  readonly b2: Hyper
  readonly gamma: Hyper
  readonly eps: Hyper
  readonly every: number
  readonly hessian: Diagonal | undefined
  /** What no entry is larger than; none where it is null. */
  readonly most: Hyper | null
  /** Whether m is freed of the weight of the 0 that it began with. */
  readonly debiased: boolean
}

/** clip(m / max(gamma · h, eps)), by the old h. */
export const overCurvature = (name: string, { every, hessian, most, debiased, ...hyper }: Direction) => {
  check(name, wholeFrom(1), { every })
  return leafwise({
    name,
    hyper: { ...hyper, most: most ?? 1 },
    range: { b1: fraction, b2: fraction, gamma: nonNegative, eps: nonNegative, most: nonNegative },
    slots: { m: alike, h: alike },
    hessian: (t, at) => ((t - 1) % every === 0 ? diagonal(name, t, at, hessian) : undefined),
    step: ({ g, t, slot, hessian, hyper: { b1, b2, gamma, eps, most: bound } }) => {
      const m = ema(b1, slot.m[0], g)
      const mHat = debiased ? div(m, 1 - b1 ** t) : m
      const u = div(mHat, maximum(mul(slot.h[0], gamma), eps))
      const h = hessian ? ema(b2, slot.h[0], hessian) : slot.h[0]
      return { m, h, delta: most === null ? u : clipByValue(u, -bound, bound) }
    },
  })
}

export const ema = (b: number, m: Tensor, x: Tensor): Tensor => add(mul(m, b), mul(x, 1 - b))

/** The Hessian's diagonal, from a function or else from where the update is made. */
const diagonal = (name: string, t: Step, at: Point<unknown> | undefined, hessian: Diagonal | undefined): unknown => {
  const found = hessian && at ? hessian(at.params, t) : at?.hessian
  if (found !== undefined) return found
  throw mistake(name, `the Hessian's diagonal is missing at t = ${t}`, 'it in the fourth argument: { params, hessian }')
}
