import {
  adabelief,
  adamax,
  adamaxw,
  amsgrad,
  momo,
  momoAdam,
  nadam,
  nadamw,
  type Optimizer,
  optimisticAdam,
  radam,
  simulate,
  yogi,
} from 'gradus'
import { optax } from 'gradus/presets'
import { describe, expect, test } from 'vitest'

/** Rules that are Optax's too, whose recordings are replayed: there, under these options. */
const lr = 0.05
const learningRate = lr
const moments = { b1: 0.8, b2: 0.95, eps: 1e-3 }
const bounded = { lowerBound: 0.2 }
const SAME: Readonly<Record<string, readonly [Optimizer, Optimizer]>> = {
  adabelief: [adabelief({ lr, ...moments }), optax.adabelief({ learningRate, ...moments, epsRoot: moments.eps })],
  adamax: [adamax({ lr, ...moments }), optax.adamax({ learningRate, ...moments })],
  adamaxw: [
    adamaxw({ lr, ...moments, weightDecay: 0.3, where: '!b' }),
    optax.adamaxw({ learningRate, ...moments, weightDecay: 0.3, mask: { w: true, b: false } }),
  ],
  amsgrad: [amsgrad({ lr, ...moments }), optax.amsgrad({ learningRate, ...moments })],
  momo: [momo({ lr, beta: 0.7, ...bounded }), optax.momo({ learningRate, beta: 0.7, ...bounded })],
  momoAdam: [momoAdam({ lr, ...moments, ...bounded }), optax.momoAdam({ learningRate, ...moments, ...bounded })],
  nadam: [nadam({ lr, ...moments }), optax.nadam({ learningRate, ...moments })],
  nadamw: [
    nadamw({ lr, ...moments, weightDecay: 0.3, where: 'w' }),
    optax.nadamw({ learningRate, ...moments, weightDecay: 0.3, mask: { w: true, b: false } }),
  ],
  // No ρ is 4 exactly here: where it is, Optax rectifies.
  radam: [radam({ lr, ...moments }), optax.radam({ learningRate, ...moments, threshold: 4 })],
}

const observed = Array.from({ length: 30 }, (_, t) => ({
  grad: {
    w: Float64Array.from({ length: 3 }, (_, i) => Math.sin(1 + t * (i + 1)) * 10 ** Math.cos(t)),
    b: Float64Array.of(Math.cos(2 * t), 0),
  },
  loss: 2 + Math.sin(t),
}))
const theta = { w: Float64Array.of(1, -2, 0.5), b: Float64Array.of(0.3, -0.7) }
const path = (optimizer: Optimizer, source = observed) =>
  [...simulate(optimizer, theta, source)].map(({ params: { w, b } }) => [...w, ...b])

test.each(Object.entries(SAME))('%s is Optax’s', (_, [ours, theirs]) => {
  const expected = path(theirs)
  for (const [t, now] of path(ours).entries())
    for (const [i, x] of now.entries()) expect(x).toBeCloseTo(expected[t]?.[i] as number, 12)
})

describe('where the paper is not Optax', () => {
  test('optimistic Adam makes its first step twice, and then is Optax’s', () => {
    const ours = path(optimisticAdam({ lr, ...moments }))
    const theirs = path(optax.optimisticAdamV2({ learningRate, ...moments, nesterov: false }))
    const first = [...theta.w, ...theta.b].map((x, i) => (theirs[0]?.[i] as number) - x)
    for (const [t, now] of ours.entries())
      for (const [i, x] of now.entries()) expect(x).toBeCloseTo((theirs[t]?.[i] as number) + (first[i] as number), 12)
  })

  test('Yogi does not move where there has been no gradient, and has its v at g² where that is constant', () => {
    expect(path(yogi({ lr })).map((at) => at[4])).toEqual(observed.map(() => -0.7))
    const constant = Array.from({ length: 4000 }, () => ({
      grad: { w: Float64Array.of(2, -3, 0.1), b: Float64Array.of(1, 0) },
      loss: 0,
    }))
    const last = path(yogi({ lr: 1, b2: 0.99, eps: 0 }), constant).slice(-2) as [number[], number[]]
    const steps = last[1].map((x, i) => x - (last[0][i] as number))
    for (const [i, sign] of [-1, 1, -1, -1].entries()) expect(Math.abs((steps[i] as number) - sign)).toBeLessThan(0.01)
  })
})
