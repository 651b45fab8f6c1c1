import { asgd, type Optimizer, simulate } from 'gradus'
import { expect, test } from 'vitest'
import { distance } from '../close.ts'

test('what is evaluated is the mean of the θ after t0, and θ itself until then', () => {
  const t0 = 4
  const optimizer: Optimizer = asgd({ lr: 0.1, lambda: 0.05, t0 })
  const gradients = Array.from({ length: 12 }, (_, t) => Float64Array.of(Math.sin(t), Math.cos(3 * t)))
  const seen: Float64Array[] = []
  for (const { t, params, state } of simulate(optimizer, Float64Array.of(1, -1), gradients)) {
    seen.push(params)
    const late = t > t0 ? seen.slice(t0) : [params]
    const mean = params.map((_, i) => late.reduce((sum, x) => sum + (x[i] as number), 0) / late.length)
    expect(distance(optimizer.readout?.(state, params), mean)).toBeLessThan(1e-12)
  }
})
