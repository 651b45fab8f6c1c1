import { add, clipByValue, div, maximum, mul, type Tensor } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { mistake } from '../failure.js'
import { check } from '../schedule/check.js'
import { fraction, nonNegative, positive, wholeFrom } from '../schedule/range.js'
import type { Hyper, Step } from '../schedule/schedule.js'
import { alike, leafwise } from './leafwise.js'
import { ema } from './muon.js'

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
    check('sophia', wholeFrom(1), { every })
    return leafwise({
      name: 'sophia',
      hyper: { lr, b1, b2, gamma, eps, weightDecay },
      range: {
        lr: nonNegative,
        b1: fraction,
        b2: fraction,
        gamma: nonNegative,
        eps: positive,
        weightDecay: nonNegative,
      },
      slots: { m: alike, h: alike },
      hessian: diagonal('sophia', every, hessian),
      step: ({ g, theta, slot, hessian, hyper: { lr, b1, b2, gamma, eps, weightDecay } }) => {
        const m = ema(b1, slot.m[0], g)
        const u = clipByValue(preconditioned(m, slot.h[0], gamma, eps), -1, 1)
        const h = hessian ? ema(b2, slot.h[0], hessian) : slot.h[0]
        return { m, h, delta: mul(add(u, mul(theta, weightDecay)), -lr) }
      },
    })
  },
)

export const preconditioned = (m: Tensor, h: Tensor, gamma: number, eps: number): Tensor =>
  div(m, maximum(mul(h, gamma), eps))

/** The diagonal at t = 1, 1 + every, …, from a function or else from where the update is made. */
export const diagonal =
  (name: string, every: number, hessian: Diagonal | undefined) =>
  (t: Step, at: { params: unknown; hessian?: unknown } | undefined): unknown => {
    if ((t - 1) % every !== 0) return undefined
    const found = hessian && at ? hessian(at.params, t) : at?.hessian
    if (found !== undefined) return found
    throw mistake(
      name,
      `the Hessian's diagonal is missing at t = ${t}`,
      'it in the fourth argument: { params, hessian }',
    )
  }
