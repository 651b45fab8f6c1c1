import type { Hyper } from '../../src/schedule/schedule.js'
import type { History } from '../drawn/gradients.js'

/**
 * Averages of a history as they are defined, all of the past written out, for those that an optimizer carries along. At step t:
 *
 *     weighted:  Σᵢ βᵗ⁻ⁱ xᵢ          i = 1 … t
 *     mean:      Σᵢ βᵗ⁻ⁱ xᵢ / Σᵢ βᵗ⁻ⁱ
 */
export const weighted = (beta: number, history: History): History =>
  history.map((last, t) =>
    last.map((_, k) => {
      let sum = 0
      for (let i = 0; i <= t; i++) sum += beta ** (t - i) * (history[i]?.[k] as number)
      return sum
    }),
  )

/** 1 + β + … + βᵗ⁻¹ */
export const weights = (beta: number, t: number): number => {
  let sum = 0
  for (let i = 0; i < t; i++) sum += beta ** i
  return sum
}

export const mean = (beta: number, history: History): History =>
  weighted(beta, history).map((sums, i) => sums.map((sum) => sum / weights(beta, i + 1)))

/** An average that starts at 0 and is not freed of it: (1 − β) · Σᵢ βᵗ⁻ⁱ xᵢ */
export const fromZero = (beta: number, history: History): History =>
  each((x) => (1 - beta) * x, weighted(beta, history))

export const squares = (history: History): History => each((x) => x * x, history)

/** A function of numbers at each step, of each element. */
export const each = (f: (...xs: number[]) => number, ...histories: readonly History[]): History =>
  (histories[0] as History).map((step, i) => step.map((_, k) => f(...histories.map((h) => h[i]?.[k] as number))))

/** What a hyperparameter is at update t. */
export const at = (hyper: Hyper, t: number): number => (typeof hyper === 'function' ? hyper(t) : hyper)

/** Directions as steps, each at the rate of its own t. */
export const descended = (lr: Hyper, directions: History): History =>
  directions.map((direction, i) => direction.map((x) => -at(lr, i + 1) * x))
