import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { rounding, stepsOf } from '../run/run.js'

/**
 * The rate at which an element really moves, |Δ| / |g|, where Δ is a multiple of the gradient: without momentum. At a constant lr it
 * never rises for SGD, Adagrad, FTRL without l1 and l2, and AMSGrad at β₁ = 0.
 */
export const effectiveRate = (mine: Optimizer): readonly Law[] => [
  law({
    name: 'the effective rate never rises',
    equation: 's < t ⇒ |Δₜ| / |gₜ| ≤ |Δₛ| / |gₛ|',
    words: 'At a constant lr, of each element, where its gradients are not 0, but for rounding.',
    given: fc.record({ gradients: histories({ max: 12 }), theta: vectors({ zero: 'nowhere' }) }),
    holds: ({ gradients, theta }) => neverFaster(mine, gradients, theta),
  }),
]

/** Throws unless no element's rate is above any that it had before. A Δ that is a difference of two θ is off by their last bits. */
export const neverFaster = (mine: Optimizer, gradients: History, theta: Vector): void => {
  const [relative, last] = [rounding(mine), mine.rule ? 2 ** -50 : 2 ** -21]
  const least = theta.map(() => Infinity)
  for (const { t, before, after, delta } of stepsOf(mine, gradients, { theta }))
    for (const [k, x] of delta.entries()) {
      const g = Math.abs(gradients[t - 1]?.[k] as number)
      if (g === 0) continue
      const [size, most] = [Math.abs(x), least[k] as number]
      const off = last * Math.max(Math.abs(before[k] as number), Math.abs(after[k] as number))
      if (!((size - off) / g <= most * (1 + relative)))
        throw new Broken(`|Δ| / |g| of element ${k} at t = ${t}`, size / g, `at most ${most}, as before`)
      least[k] = Math.min(most, (size + off) / g)
    }
}
