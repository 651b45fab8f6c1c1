import { ftrl, type Optimizer, simulate } from 'gradus'
import { expect, test } from 'vitest'
import { distance } from '../close.ts'

const gradients = Array.from({ length: 25 }, (_, t) =>
  Float64Array.from({ length: 3 }, (_, i) => (i === 2 ? 0 : Math.sin(1 + t * (i + 1)))),
)
const path = (optimizer: Optimizer, start: Float64Array) =>
  [...simulate(optimizer, start, gradients)].map(({ params }) => params)

test('from 0 it is Algorithm 1', () => {
  const [alpha, beta, l1, l2] = [0.3, 0.5, 1, 0.2]
  const z = [0, 0, 0]
  const n = [0, 0, 0]
  const w = [0, 0, 0]
  const expected = gradients.map((gradient) => {
    for (const [i, g] of gradient.entries()) {
      const [zi, ni, wi] = [z[i], n[i], w[i]] as [number, number, number]
      const sigma = (Math.sqrt(ni + g * g) - Math.sqrt(ni)) / alpha
      const next = zi + g - sigma * wi
      z[i] = next
      n[i] = ni + g * g
      const rate = (beta + Math.sqrt(ni + g * g)) / alpha + l2
      w[i] = Math.abs(next) <= l1 ? 0 : -(next - Math.sign(next) * l1) / rate
    }
    return Float64Array.from(w)
  })
  const found = path(ftrl({ lr: alpha, beta, l1, l2 }), new Float64Array(3))
  expect(distance(found, expected)).toBeLessThan(1e-12)
  expect(found.filter(([x]) => x === 0).length).toBeGreaterThan(2)
})

test('without penalties it goes by g / D(n) from where it is, under a schedule too, and rests where there is no gradient', () => {
  const start = Float64Array.of(1, -2, 0.7)
  const lr = (t: number) => 0.3 / t
  let theta = start
  const sums = [0, 0, 0]
  const expected = gradients.map((gradient, i) => {
    theta = theta.map((x, k) => {
      const g = gradient[k] as number
      sums[k] = (sums[k] as number) + g * g
      return x - (lr(i + 1) * g) / (1 + Math.sqrt(sums[k] as number))
    })
    return theta
  })
  expect(distance(path(ftrl({ lr }), start), expected)).toBeLessThan(1e-12)
})
