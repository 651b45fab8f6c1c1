import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { at } from '../arithmetic/averages.js'
import type { Rated } from '../claim/rates.js'
import { type History, histories, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run, stepsOf } from '../run/run.js'
import type { Rolling } from './momentum.js'

/**
 * Those that look at signs, and step by lr.
 *
 *     signSgd    Δₜ = −lr · sign(gₜ)
 *     signum     Δₜ = −lr · sign(Σ βᵗ⁻ⁱ · gᵢ)
 *     lion       Δₜ = −lr · (sign(β₁ · mₜ₋₁ + (1 − β₁) · gₜ) + λ · θ),  mₜ = β₂ · mₜ₋₁ + (1 − β₂) · gₜ
 *
 * The sign of 0 is 0. A sum of gradients that is 0 but for rounding may have any sign: its element is not looked at.
 *
 * Bernstein et al. 2018, Algorithms 1 and 2, https://arxiv.org/abs/1802.04434; Chen et al. 2023, Algorithm 2, https://arxiv.org/abs/2302.06675
 */
export const signSteps = (make: Rated): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'steps of lr, or none',
      equation: 'Δᵢ ∈ {−lr, 0, lr}',
      words: 'Each element goes up or down by lr, or stays where it is; without weight decay.',
      given: fc.record({ lr, theta: vectors({ zero: 'nowhere' }), gradients: histories() }),
      holds: ({ lr, theta, gradients }) => {
        const mine = of({ lr })
        for (const { t, delta } of stepsOf(mine, gradients, { theta })) {
          const rate = at(lr, t)
          const far = (x: number): boolean => !(Math.abs(Math.abs(x) - rate) <= rounding(mine) * rate)
          if (delta.some((x) => x !== 0 && far(x)))
            throw new Broken(`Δ at t = ${t}`, delta, `each ${-rate}, 0 or ${rate}`)
        }
      },
    }),
  ]
}

export const signSgd = (make: Rated): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'the sign of the gradient',
      equation: 'Δ = −lr · sign(g)',
      words: 'Of this gradient, whatever those before it were; nothing moves where it is 0.',
      given: fc.record({ lr, gradients: histories({ scale: 20 }) }),
      holds: ({ lr, gradients }) => {
        const mine = of({ lr })
        const expected = gradients.map((g, i) => g.map((x) => -at(lr, i + 1) * Math.sign(x)))
        alike(run(mine, gradients), expected, rounding(mine))
      },
    }),
  ]
}

/** βᵗ⁻ⁱ · gᵢ of one element, i = 1 … t. */
const termsOf = (beta: number, gradients: History, t: number, k: number): readonly number[] =>
  gradients.slice(0, t).map((g, i) => beta ** (t - 1 - i) * (g[k] as number))

/** Of a sum: −1, 0 or 1; nothing where it hangs on rounding. */
const signOf = (terms: readonly number[], within: number): number | undefined => {
  const sum = terms.reduce((a, b) => a + b, 0)
  const size = terms.reduce((a, b) => a + Math.abs(b), 0)
  return size === 0 || Math.abs(sum) > within * size ? Math.sign(sum) : undefined
}

const b = fc.constantFrom(0.5, 0.25, 0.9)

export const signum = (make: Rolling): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'the sign of the momentum',
      equation: 'Δₜ = −lrₜ · sign(Σ βᵗ⁻ⁱ · gᵢ)',
      words: 'The momentum may be a sum or an average; elements where it is 0 but for rounding are not looked at.',
      given: fc.record({ lr, beta: b, gradients: histories() }),
      holds: ({ lr, beta, gradients }) => {
        const mine = of({ lr, beta })
        const found = run(mine, gradients)
        const expected = found.map((delta, i) =>
          delta.map((x, k) => {
            const sign = signOf(termsOf(beta, gradients, i + 1, k), rounding(mine))
            return sign === undefined ? x : -at(lr, i + 1) * sign
          }),
        )
        alike(found, expected, rounding(mine))
      },
    }),
  ]
}

export interface Lion {
  readonly lr: Hyper
  readonly b1: number
  readonly b2: number
  readonly weightDecay: number
}

export const lion = (make: (options: Lion) => Optimizer): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'Lion, step by step',
      equation: 'Δₜ = −lrₜ · (sign(β₁ · mₜ₋₁ + (1 − β₁) · gₜ) + λ · θ), mₜ = (1 − β₂) · Σ β₂ᵗ⁻ⁱ · gᵢ',
      words:
        'The sign is of the old momentum and the gradient, by β₁; elements where it hangs on rounding are not looked at.',
      given: fc.record({
        lr,
        b1: b,
        b2: b,
        weightDecay: fc.constantFrom(0, 0.125),
        theta: vectors({ zero: 'nowhere' }),
        gradients: histories(),
      }),
      holds: ({ theta, gradients, ...options }) => {
        const mine = of(options)
        const { lr, b1, b2, weightDecay } = options
        const steps = stepsOf(mine, gradients, { theta })
        const expected = steps.map(({ delta, before, t }) =>
          delta.map((x, k) => {
            const old = termsOf(b2, gradients, t - 1, k).map((term) => b1 * (1 - b2) * term)
            const sign = signOf([...old, (1 - b1) * (gradients[t - 1]?.[k] as number)], rounding(mine))
            return sign === undefined ? x : -at(lr, t) * (sign + weightDecay * (before[k] as number))
          }),
        )
        alike(
          steps.map(({ delta }) => delta),
          expected,
          rounding(mine),
        )
      },
    }),
  ]
}
