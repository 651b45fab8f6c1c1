import fc from 'fast-check'
import { adam, adamw, scaleByAdam, simulate } from 'gradus'
import { describe, expect, test } from 'vitest'

const array = (...x: number[]) => Float64Array.from(x)
/** 0, or of a size between 1e-3 and 1e3: laws are about the formula, not about underflow. */
const gradient = fc
  .tuple(fc.constantFrom(-1, 0, 1), fc.double({ min: -3, max: 3, noNaN: true }))
  .map(([sign, power]) => sign * 10 ** power)
const gradients = fc.array(gradient, { minLength: 1, maxLength: 60 }).filter(([first]) => first !== 0)
const rate = fc.double({ min: 0.01, max: 0.999, noNaN: true })
const deltas = (optimizer: ReturnType<typeof adam>, g: readonly number[], theta = 0) =>
  [
    ...simulate(
      optimizer,
      array(theta),
      g.map((x) => array(x)),
    ),
  ].map(({ delta }) => delta[0] as number)

describe('Adam', () => {
  test('is Algorithm 1', () => {
    fc.assert(
      fc.property(gradients, rate, rate, (gs, b1, b2) => {
        const [lr, eps] = [0.01, 1e-8]
        let [m, v, t] = [0, 0, 0]
        const expected = gs.map((g) => {
          t += 1
          m = b1 * m + (1 - b1) * g
          v = b2 * v + (1 - b2) * g * g
          const mHat = m / (1 - b1 ** t)
          const vHat = v / (1 - b2 ** t)
          return (-lr * mHat) / (Math.sqrt(vHat) + eps)
        })
        for (const [i, delta] of deltas(adam({ lr, b1, b2, eps }), gs).entries())
          expect(Math.abs(delta - (expected[i] as number))).toBeLessThan(1e-12 * (1 + Math.abs(expected[i] as number)))
      }),
    )
  })

  test("moves at first by lr against the gradient's sign, whatever its size", () => {
    for (const g of [1e-3, 1, -1e6])
      expect(deltas(adam({ lr: 0.1, eps: 0 }), [g])[0]).toBeCloseTo(-0.1 * Math.sign(g), 14)
  })

  test('does not see the scale of the gradients, with eps 0', () => {
    fc.assert(
      fc.property(gradients, fc.integer({ min: -20, max: 20 }), (gs, power) => {
        const [plain, scaled] = [gs, gs.map((g) => g * 2 ** power)].map((x) => deltas(adam({ eps: 0 }), x))
        expect(scaled).toEqual(plain)
      }),
    )
  })

  test('steps no further than its sharp bound, with eps 0', () => {
    fc.assert(
      fc.property(gradients, rate, rate, (gs, b1, b2) => {
        fc.pre(b1 * b1 < 0.999 * b2)
        const rho = (b1 * b1) / b2
        for (const [i, delta] of deltas(adam({ lr: 1, b1, b2, eps: 0 }), gs).entries()) {
          const t = i + 1
          const bound =
            (Math.sqrt(1 - b2 ** t) / (1 - b1 ** t)) *
            ((1 - b1) / Math.sqrt(1 - b2)) *
            Math.sqrt((1 - rho ** t) / (1 - rho))
          expect(Math.abs(delta)).toBeLessThanOrEqual(bound * (1 + 1e-9))
        }
      }),
    )
  })

  test('steps further than the textbooks say, by gradients that grow as (b2 / b1)ᵗ: 7 · lr, where they have 3.2', () => {
    const growing = Array.from({ length: 3000 }, (_, t) => (0.999 / 0.9) ** t)
    const last = deltas(adam({ lr: 1, eps: 0 }), growing).at(-1) as number
    expect(Math.abs(last)).toBeGreaterThan(7)
    expect(Math.abs(last)).toBeLessThan(7.28)
  })

  test('is scaleByAdam times −lr', () => {
    fc.assert(
      fc.property(gradients, (gs) => {
        const scaled = [
          ...simulate(
            scaleByAdam(),
            array(0),
            gs.map((x) => array(x)),
          ),
        ]
        for (const [i, delta] of deltas(adam({ lr: 0.5 }), gs).entries())
          expect(delta).toBeCloseTo(-0.5 * (scaled[i]?.delta[0] as number), 13)
      }),
    )
  })
})

describe('AdamW', () => {
  test('is Adam and a step of −lr · weightDecay · θ, on the leaves that decay', () => {
    const options = { lr: 0.1, weightDecay: 0.3, where: (path: string) => path === 'w' }
    const params = { w: array(2, -3), b: array(5) }
    const grad = { w: array(1, 2), b: array(3) }
    const [plain] = [...simulate(adam({ lr: 0.1 }), params, [grad])]
    const [decayed] = [...simulate(adamw(options), params, [grad])]
    for (const i of [0, 1])
      expect(decayed?.delta.w[i]).toBeCloseTo((plain?.delta.w[i] as number) - 0.1 * 0.3 * (params.w[i] as number), 14)
    expect(decayed?.delta.b[0]).toBeCloseTo(plain?.delta.b[0] as number, 14)
  })

  test('has no decay in its moments: they are Adam’s', () => {
    const [a] = [...simulate(adam(), array(3), [array(1)])]
    const [w] = [...simulate(adamw({ weightDecay: 1 }), array(3), [array(1)])]
    expect(w?.state).toEqual(a?.state)
  })
})
