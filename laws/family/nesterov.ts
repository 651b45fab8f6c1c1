import fc from 'fast-check'
import type { Hyper } from '../../src/schedule/schedule.js'
import { at, descended, each, weighted } from '../arithmetic/averages.js'
import type { History, Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding } from '../run/run.js'
import { bowl, eighths, pathOf, type Surface } from '../run/surface.js'
import { type Rolling, rolling } from './momentum.js'

/**
 * Nesterov's accelerated gradient, in the forms in which it is written.
 *
 *     as it is told        m ← β · m − lr · ∇f(θ + β · m),  Δ = m              the gradient is taken ahead
 *     at θ, lr inside      m ← β · m − lr · g,  Δ = β · m − lr · g             Keras
 *     at θ, lr outside     m ← β · m + g,  Δ = −lr · (β · m + g)               PyTorch, Optax, TensorFlow.js
 *
 * The second is the first as seen from φ = θ + β · m, where that takes its gradient: with m′ and θ′ after a step
 *
 *     φ′ − φ = θ′ + β · m′ − θ − β · m = m′ + β · m′ − β · m = β · m′ − lr · g          for θ′ − θ = m′ = β · m − lr · g
 *
 * and the third is the second while lr is constant: both obey `lookingAhead`. What tells where to take its gradient, by a `probe`, is
 * asked for `nesterovAhead`. All of them take the function that makes the optimizer, `laws.nesterov(({ lr, beta }) => mine(lr, beta))`.
 */
export const nesterov = rolling(
  {
    name: 'Nesterov’s momentum, times lr',
    equation: 'Δₜ = −lrₜ · (gₜ + β · Σ βᵗ⁻ⁱ · gᵢ)',
    words: 'The gradient, and with it β times the weighted sum of all gradients; lr outside of it.',
  },
  (lr, beta, gradients) => descended(lr, looked(beta, gradients)),
)

export const nesterovInside = rolling(
  {
    name: 'Nesterov’s momentum, each step at its own lr',
    equation: 'Δₜ = −(lrₜ · gₜ + β · Σ βᵗ⁻ⁱ · lrᵢ · gᵢ)',
    words: 'The step, and with it β times the weighted sum of all steps; lr inside of it.',
  },
  (lr, beta, gradients) => looked(beta, descended(lr, gradients)),
)

const looked = (beta: number, gradients: History): History =>
  each((g, m) => g + beta * m, gradients, weighted(beta, gradients))

const STEPS = 12

/** As it is told: where each step takes its gradient, and θ after it. */
const told = ({ slope }: Surface, lr: Hyper, beta: number, start: Vector) => {
  const ahead: Vector[] = []
  const thetas: Vector[] = []
  let [theta, m] = [start, start.map(() => 0)]
  for (let t = 1; t <= STEPS; t++) {
    const seen = theta.map((x, k) => x + beta * (m[k] as number))
    const g = slope(seen)
    m = m.map((x, k) => beta * x - at(lr, t) * (g[k] as number))
    theta = theta.map((x, k) => x + (m[k] as number))
    ahead.push(seen)
    thetas.push(theta)
  }
  return { ahead, thetas }
}

const shapes = {
  beta: fc.constantFrom(0.5, 0.25, 0.875),
  curvature: eighths(0, 1),
  center: eighths(-4, 4),
  theta: eighths(-4, 4),
}

export const lookingAhead = (make: Rolling): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'Nesterov’s look ahead, by a change of variables',
      equation: 'θ = φ + β · m along the path of m ← β · m − lr · ∇f(φ + β · m), φ ← φ + m',
      words: 'In a bowl, at a constant lr: θ goes where Nesterov’s method, from the same start, takes its gradients.',
      given: fc.record({ lr: fc.constantFrom(1, 0.25), ...shapes }),
      holds: ({ lr, beta, theta, ...shape }) => {
        const mine = of({ lr, beta })
        const { ahead } = told(bowl(shape), lr, beta, theta)
        const { thetas } = pathOf(mine, bowl(shape), theta, STEPS)
        alike(thetas.slice(1), ahead.slice(1), rounding(mine), 'θ')
      },
    }),
  ]
}

export const nesterovAhead = (make: Rolling): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'Nesterov’s look ahead',
      equation: 'm ← β · m − lr · ∇f(θ + β · m), θ ← θ + m',
      words: 'In a bowl, and asked where to take the gradient: where the momentum leads. At any lr.',
      given: fc.record({ lr, ...shapes }),
      holds: ({ lr, beta, theta, ...shape }) => {
        const mine = of({ lr, beta })
        const { thetas } = told(bowl(shape), lr, beta, theta)
        alike(pathOf(mine, bowl(shape), theta, STEPS).thetas.slice(1), thetas, rounding(mine), 'θ')
      },
    }),
  ]
}
