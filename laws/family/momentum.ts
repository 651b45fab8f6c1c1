import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { descended, fromZero, mean, weighted } from '../arithmetic/averages.js'
import { type History, histories, vectors } from '../drawn/gradients.js'
import { type Law, law, type Statement } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run, stepsOf } from '../run/run.js'

/**
 * Momentum in closed form: the sum over all gradients so far, i = 1 … t, that its buffer keeps. β is constant.
 *
 *     trace              uₜ = Σ βᵗ⁻ⁱ · gᵢ
 *     movingAverage      uₜ = (1 − β) · Σ βᵗ⁻ⁱ · gᵢ
 *     debiasedAverage    uₜ = Σ βᵗ⁻ⁱ · gᵢ / Σ βᵗ⁻ⁱ
 *
 *     momentum           Δₜ = −lrₜ · Σ βᵗ⁻ⁱ · gᵢ          lr outside the buffer: PyTorch, Optax, TensorFlow.js
 *     heavyBall          Δₜ = −Σ βᵗ⁻ⁱ · lrᵢ · gᵢ          lr inside it: Keras
 *
 * The last two are one while lr is constant, which is all that `polyakMomentum` asks about. Each list is asked for with the function that
 * makes the optimizer, `laws.momentum(({ lr, beta }) => mine(lr, beta))`, whose lr may be a schedule.
 */
export type Rolling = (options: { readonly lr: Hyper; readonly beta: number }) => Optimizer
/** Of gradients, which are not yet a step. */
export type Averaging = (options: { readonly beta: number }) => Optimizer

type Words = Pick<Statement<unknown>, 'name' | 'equation' | 'words'>

const beta = fc.constantFrom(0.5, 0, 0.25, 0.9)

/** All that an average is of its gradients. */
const averaged =
  (words: Words, form: (beta: number, gradients: History) => History) =>
  (make: Averaging): readonly Law[] => {
    const of = made(make)
    return [
      law({
        ...words,
        given: fc.record({ beta, gradients: histories() }),
        holds: ({ beta, gradients }) => {
          const mine = of({ beta })
          alike(run(mine, gradients), form(beta, gradients), rounding(mine))
        },
      }),
    ]
  }

/** All that a step is of its gradients. */
export const rolling =
  (words: Words, form: (lr: Hyper, beta: number, gradients: History) => History) =>
  (make: Rolling): readonly Law[] => {
    const of = made(make)
    return [
      law({
        ...words,
        given: fc.record({ lr, beta, gradients: histories() }),
        holds: ({ lr, beta, gradients }) => {
          const mine = of({ lr, beta })
          alike(run(mine, gradients), form(lr, beta, gradients), rounding(mine))
        },
      }),
    ]
  }

export const trace = averaged(
  {
    name: 'a weighted sum of all gradients',
    equation: 'uₜ = Σ βᵗ⁻ⁱ · gᵢ',
    words: 'A transformation, not yet a step: i from 1 to t, and β constant; but for rounding.',
  },
  weighted,
)

export const movingAverage = averaged(
  {
    name: 'a moving average of all gradients',
    equation: 'uₜ = (1 − β) · Σ βᵗ⁻ⁱ · gᵢ',
    words:
      'A transformation, not yet a step: i from 1 to t, and β constant. It starts small: the gradients before the first count as 0.',
  },
  fromZero,
)

export const debiasedAverage = averaged(
  {
    name: 'a moving average whose weights make 1',
    equation: 'uₜ = Σ βᵗ⁻ⁱ · gᵢ / Σ βᵗ⁻ⁱ',
    words: 'A transformation, not yet a step: i from 1 to t, and β constant. At first it is the gradient.',
  },
  mean,
)

export const momentum = rolling(
  {
    name: 'a weighted sum of all gradients, times lr',
    equation: 'Δₜ = −lrₜ · Σ βᵗ⁻ⁱ · gᵢ',
    words: 'Momentum with lr outside the buffer: all that has been gathered is stepped along at the lr of now.',
  },
  (lr, beta, gradients) => descended(lr, weighted(beta, gradients)),
)

export const heavyBall = rolling(
  {
    name: 'a weighted sum of all steps, each at its own lr',
    equation: 'Δₜ = −Σ βᵗ⁻ⁱ · lrᵢ · gᵢ',
    words: 'Momentum with lr inside the buffer: what has been gathered keeps the lr at which it came.',
  },
  (lr, beta, gradients) => weighted(beta, descended(lr, gradients)),
)

export const polyakMomentum = (make: Rolling): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'Polyak’s two steps',
      equation: 'θₜ₊₁ = θₜ − lr · gₜ + β · (θₜ − θₜ₋₁)',
      words:
        'Momentum at a constant lr, whether the buffer has it or not: the last step is made again, β times as long.',
      given: fc.record({
        lr: fc.constantFrom(1, 0.125),
        beta,
        theta: vectors({ zero: 'nowhere' }),
        gradients: histories(),
      }),
      holds: ({ lr, beta, theta, gradients }) => {
        const mine = of({ lr, beta })
        const found = stepsOf(mine, gradients, { theta }).map(({ delta }) => delta)
        const expected = gradients.map((g, i) => g.map((x, k) => beta * (found[i - 1]?.[k] ?? 0) - lr * x))
        alike(found, expected, rounding(mine))
      },
    }),
  ]
}
