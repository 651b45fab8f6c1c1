import fc from 'fast-check'
import {
  adagrad,
  heavyBall,
  momentum,
  nesterov,
  nesterovAhead,
  type Optimizer,
  rmspropFromFirst,
  rootMeanSquare,
  simulate,
} from 'gradus'
import { describe, expect, test } from 'vitest'
import { distance } from '../close.ts'

/** The lecture's formulas, each beside the loop that says it. */
const size = fc.double({ min: 1e-6, max: 10, noNaN: true })
const gradients = fc.array(
  fc.oneof(
    fc.constant(0),
    size,
    size.map((x) => -x),
  ),
  { minLength: 1, maxLength: 30 },
)
const rate = fc.double({ min: 0, max: 0.99, noNaN: true })
/** Where a run from 1 has been. */
const path = (optimizer: Optimizer, gs: readonly number[]) => {
  const source = gs.map((g) => Float64Array.of(g))
  return [...simulate(optimizer, Float64Array.of(1), source)].map(({ params }) => params[0] as number)
}
const far = (found: readonly number[], expected: readonly number[]) =>
  distance(Float64Array.of(1, ...found), Float64Array.of(1, ...expected))

describe('σ from the gradients so far', () => {
  test('rootMeanSquare: the root of the mean of all squares', () => {
    fc.assert(
      fc.property(gradients, (gs) => {
        let theta = 1
        const expected = gs.map((g, t) => {
          const sum = gs.slice(0, t + 1).reduce((total, x) => total + x * x, 0)
          const sigma = Math.sqrt(sum / (t + 1))
          theta -= sigma > 0 ? (0.1 * g) / sigma : 0
          return theta
        })
        expect(far(path(rootMeanSquare({ lr: 0.1 }), gs), expected)).toBeLessThan(1e-12)
      }),
    )
  })

  test('rootMeanSquare is adagrad at the rate lr · √t', () => {
    const gs = [3, -1, 0.5, 2, -4]
    const other = adagrad({ lr: (t) => 0.1 * Math.sqrt(t), eps: 0 })
    expect(far(path(rootMeanSquare({ lr: 0.1 }), gs), path(other, gs))).toBeLessThan(1e-12)
  })

  test('rmspropFromFirst: σ is |g| at first', () => {
    fc.assert(
      fc.property(gradients, rate, (gs, alpha) => {
        let theta = 1
        let sigma = Math.abs(gs[0] as number)
        const expected = gs.map((g, t) => {
          if (t > 0) sigma = Math.sqrt(alpha * sigma ** 2 + (1 - alpha) * g ** 2)
          theta -= sigma > 0 ? (0.1 * g) / sigma : 0
          return theta
        })
        expect(far(path(rmspropFromFirst({ lr: 0.1, alpha }), gs), expected)).toBeLessThan(1e-11)
      }),
    )
  })

  test('the first step of both is lr long, and there is none while there is no gradient', () => {
    for (const optimizer of [rootMeanSquare({ lr: 0.1 }), rmspropFromFirst({ lr: 0.1 })]) {
      expect(path(optimizer, [1e-6])).toEqual([0.9])
      expect(path(optimizer, [0, 0])).toEqual([1, 1])
    }
  })
})

describe('momentum with the rate inside', () => {
  test('heavyBall: the last step goes on', () => {
    const lr = (t: number) => 1 / t
    fc.assert(
      fc.property(gradients, rate, (gs, beta) => {
        let [before, theta] = [1, 1]
        const expected = gs.map((g, i) => {
          const next = theta - lr(i + 1) * g + beta * (theta - before)
          before = theta
          theta = next
          return theta
        })
        expect(far(path(heavyBall({ lr, beta }), gs), expected)).toBeLessThan(1e-11)
      }),
    )
  })

  test('it is momentum where the rate is constant, and another where it is not', () => {
    const gs = [1, -2, 0.5, 3]
    expect(far(path(heavyBall({ lr: 0.1 }), gs), path(momentum({ lr: 0.1 }), gs))).toBeLessThan(1e-12)
    const lr = (t: number) => 0.1 / t
    expect(far(path(heavyBall({ lr }), gs), path(momentum({ lr }), gs))).toBeGreaterThan(0.01)
  })
})

describe('nesterovAhead', () => {
  /** The gradient of ¼ Σ k·x⁴ + ½ Σ x². */
  const slope = (x: Float64Array) => x.map((a, i) => (i + 1) * a ** 3 + a)
  const start = Float64Array.of(1, -0.5, 0.3)
  const first = (optimizer: Optimizer, n: number) => {
    const steps = []
    for (const step of simulate(optimizer, start, slope)) if (steps.push(step) === n) return steps
    return steps
  }

  test('takes its gradient at θ − beta · m', () => {
    let [theta, m] = [start, start.map(() => 0)]
    const expected = Array.from({ length: 20 }, () => {
      const g = slope(theta.map((x, i) => x - 0.8 * (m[i] as number)))
      m = m.map((x, i) => 0.8 * x + 0.05 * (g[i] as number))
      theta = theta.map((x, i) => x - (m[i] as number))
      return theta
    })
    const found = first(nesterovAhead({ lr: 0.05, beta: 0.8 }), 20).map(({ params }) => params)
    expect(distance(found, expected)).toBeLessThan(1e-12)
  })

  test('its θ − beta · m is the θ of nesterov', () => {
    const found = first(nesterovAhead({ lr: 0.05, beta: 0.8 }), 20).map(({ params, state }) => {
      const { m } = state as { m: Float64Array }
      return params.map((x, i) => x - 0.8 * (m[i] as number))
    })
    const expected = first(nesterov({ lr: 0.05, beta: 0.8 }), 20).map(({ params }) => params)
    expect(distance(found, expected)).toBeLessThan(1e-12)
  })
})
