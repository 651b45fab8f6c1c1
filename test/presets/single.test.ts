import fc from 'fast-check'
import { chain, projectBox, rule, scale, simulate } from 'gradus'
import { optax } from 'gradus/presets'
import { beforeAll, describe, expect, test } from 'vitest'
import { displacement, single } from '../../src/presets/optax/single.ts'
import { backend, useBackend } from '../backends.ts'
import { onTensors } from './replay.ts'

const rounding = rule({ name: 'rounding', step: ({ g }) => ({ delta: single(g) }) })

const away = rule({
  name: 'away',
  slots: { x0: 'theta', gone: 0 },
  step: ({ g, theta, x0, gone }) => ({ x0, gone: gone.add(g), delta: displacement({ theta, x0, gone }) }),
})

test('single rounds to float32', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e20, max: 1e20, noNaN: true }), (x) => {
      fc.pre(x === 0 || Math.abs(x) > 1e-30)
      const [step] = simulate(rounding, Float64Array.of(0), [Float64Array.of(x)])
      expect(step?.delta[0]).toBe(Math.fround(x))
    }),
  )
})

describe('displacement', () => {
  const second = (start: number, step: number) =>
    [
      ...simulate(
        away,
        Float64Array.of(start),
        [step, 0].map((g) => Float64Array.of(g)),
      ),
    ][1]?.delta[0]

  test('is what θ − x0 is in float64', () => {
    // At the first step the displacement is 0, and so is the step: θ stays where it is, whatever `gone` says.
    expect(second(0.1, 1e-8)).toBe(0)
  })

  test('is the sum of the steps where θ is a number of float32 and they differ by rounding only', () => {
    expect(second(0.5, 1e-8)).toBe(1e-8)
    expect(second(0.5, 1e-5)).toBe(0)
  })
})

describe(`what follows in a chain is seen on ${backend} too:`, () => {
  beforeAll(useBackend)
  const leaves = { w: [0.3, -1.2, 0.7] }
  const grads = Array.from({ length: 20 }, (_, i) => ({ w: [Math.sin(i), 1, Math.cos(i / 3)] }))

  test.each([
    ['dog', () => optax.dog({ initStep: ['distance', 1e-3] })],
    ['dowg', () => optax.dowg()],
    ['prodigy', () => optax.prodigy({ estimLr0: 1e-3 })],
  ])('%s', (name, make) => {
    for (const after of [scale(0.5), projectBox({ lower: -1.25, upper: 1 })]) {
      const optimizer = chain(make(), after)
      const start = { w: Float64Array.from(leaves.w) }
      const source = grads.map(({ w }) => ({ w: Float64Array.from(w) }))
      const params = [...simulate(optimizer, start, source)].map(({ params: { w } }) => ({ w: [...w] }))
      expect(
        onTensors(optimizer, { id: name, optimizer: name, options: {}, params0: leaves, grads, params }),
      ).toBeLessThan(2e-4)
    }
  })
})
