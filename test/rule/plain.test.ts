import fc from 'fast-check'
import {
  adagrad,
  addDecayedWeights,
  chain,
  identity,
  momentum,
  nesterov,
  type Optimizer,
  rmsprop,
  scale,
  scaleByAdam,
  scaleByLr,
  sgd,
  simulate,
  trace,
} from 'gradus'
import { describe, expect, test } from 'vitest'

const gradients = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 })
const rate = fc.double({ min: 0, max: 0.999, noNaN: true })
const deltas = (optimizer: Optimizer, gs: readonly number[], theta = 1) =>
  [
    ...simulate(
      optimizer,
      Float64Array.of(theta),
      gs.map((g) => Float64Array.of(g)),
    ),
  ].map(({ delta }) => delta[0] as number)

const expectClose = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length)
  for (const [i, x] of found.entries())
    expect(Math.abs(x - (expected[i] as number))).toBeLessThan(1e-11 * (1 + Math.abs(expected[i] as number)))
}

/** m ← beta · m + g, after each g. */
const buffers = (gs: readonly number[], beta: number): number[] => {
  let m = 0
  return gs.map((g) => (m = beta * m + g))
}

describe('the plain rules', () => {
  test('sgd and scaleByLr are −lr · g', () => {
    fc.assert(
      fc.property(gradients, (gs) => {
        const expected = gs.map((g) => -(g * 0.3))
        expect(deltas(sgd({ lr: 0.3 }), gs)).toEqual(expected)
        expect(deltas(scaleByLr(0.3), gs)).toEqual(expected)
      }),
    )
  })

  test('a schedule for lr is read at 1, 2, 3, …', () => {
    expect(deltas(sgd({ lr: (t) => t }), [1, 1, 1])).toEqual([-1, -2, -3])
  })

  test('trace is the buffer, momentum −lr times it, a sum of all past gradients', () => {
    fc.assert(
      fc.property(gradients, rate, (gs, beta) => {
        expectClose(deltas(trace({ beta }), gs), buffers(gs, beta))
        expectClose(
          deltas(momentum({ lr: 0.1, beta }), gs),
          buffers(gs, beta).map((m) => -0.1 * m),
        )
        const sum = gs.reduce((total, g, i) => total + beta ** (gs.length - 1 - i) * g, 0)
        expectClose(deltas(trace({ beta }), gs).slice(-1), [sum])
      }),
    )
  })

  test('nesterov looks ahead: −lr · (beta · m + g)', () => {
    fc.assert(
      fc.property(gradients, rate, (gs, beta) => {
        const ahead = buffers(gs, beta).map((m, i) => -0.1 * (beta * m + (gs[i] as number)))
        expectClose(deltas(nesterov({ lr: 0.1, beta }), gs), ahead)
      }),
    )
  })

  test('momentum without beta is sgd, and so is nesterov', () => {
    fc.assert(
      fc.property(gradients, (gs) => {
        const plain = deltas(sgd({ lr: 0.1 }), gs)
        expectClose(deltas(momentum({ lr: 0.1, beta: 0 }), gs), plain)
        expectClose(deltas(nesterov({ lr: 0.1, beta: 0 }), gs), plain)
      }),
    )
  })

  test('adagrad divides by the root of the sum of squares, so its rate never rises', () => {
    fc.assert(
      fc.property(gradients, (gs) => {
        let sum = 0
        const rates = gs.map((g) => {
          sum += g * g
          return 0.1 / Math.sqrt(sum + 1e-8)
        })
        expectClose(
          deltas(adagrad({ lr: 0.1 }), gs),
          gs.map((g, i) => -(rates[i] as number) * g),
        )
        for (const [i, r] of rates.entries()) if (i > 0) expect(r).toBeLessThanOrEqual(rates[i - 1] as number)
      }),
    )
  })

  test('rmsprop divides by the root of an average of squares', () => {
    fc.assert(
      fc.property(gradients, rate, (gs, alpha) => {
        let v = 0
        const expected = gs.map((g) => {
          v = alpha * v + (1 - alpha) * g * g
          return (-0.1 * g) / Math.sqrt(v + 1e-8)
        })
        expectClose(deltas(rmsprop({ lr: 0.1, alpha }), gs), expected)
      }),
    )
  })

  test('addDecayedWeights is coupled, decoupled or independent of lr by its place', () => {
    const decay = addDecayedWeights({ weightDecay: 0.5 })
    const first = (lr: number, place: (lr: number, decay: Optimizer) => Optimizer, own: Optimizer) => {
      const [step] = [...simulate(place(lr, own), { x: Float64Array.of(8) }, [{ x: Float64Array.of(2) }])]
      return step?.delta.x[0] as number
    }
    const decays = (lr: number, place: (lr: number, decay: Optimizer) => Optimizer) =>
      first(lr, place, decay) - first(lr, place, identity)
    const direction = scaleByAdam({ eps: 0 })
    // Adam's first step is a sign, and hears nothing of what is added to g.
    for (const lr of [0.1, 0.01]) {
      expect(decays(lr, (lr, decay) => chain(decay, direction, scaleByLr(lr)))).toBeCloseTo(0, 12)
      expect(decays(lr, (lr, decay) => chain(direction, decay, scaleByLr(lr)))).toBeCloseTo(-lr * 0.5 * 8, 12)
      expect(decays(lr, (lr, decay) => chain(direction, scale(lr), decay, scale(-1)))).toBeCloseTo(-0.5 * 8, 12)
    }
  })

  test('addDecayedWeights adds weightDecay · θ, where it is told to', () => {
    const params = { w: Float64Array.of(2), b: Float64Array.of(3) }
    const grad = { w: Float64Array.of(1), b: Float64Array.of(1) }
    const added = (where?: (path: string) => boolean) => {
      const [first] = [...simulate(addDecayedWeights({ weightDecay: 0.5, where }), params, [grad])]
      return [first?.delta.w[0], first?.delta.b[0]]
    }
    expect(added()).toEqual([2, 2.5])
    expect(added((path) => path === 'w')).toEqual([2, 1])
    expect(added(() => false)).toEqual([1, 1])
  })
})
