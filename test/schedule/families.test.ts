import fc from 'fast-check'
import { type Schedule, schedule as s } from 'gradus'
import { describe, expect, test } from 'vitest'
import { duration, step, value } from '../../laws/drawn/arbitrary.ts'

const at = (of: Schedule, ...ts: readonly number[]) => ts.map((t) => of(t))
const close = (found: readonly number[], expected: readonly number[]) => {
  expect(found.length).toBe(expected.length)
  for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, 12)
}

describe('polynomial', () => {
  test('is a power of what is left of the way', () => {
    close(at(s.polynomial({ from: 1, over: 4, power: 2 }), 0, 1, 2, 3, 4, 5), [1, 9 / 16, 1 / 4, 1 / 16, 0, 0])
    close(at(s.polynomial({ from: 3, to: 1, over: 4 }), 0, 1, 4, 100), [3, 2.5, 1, 1])
  })

  test('of power 0 is its start, and so is a cosine of exponent 0', () => {
    close(at(s.polynomial({ from: 3, to: 1, over: 4, power: 0 }), 0, 2, 4, 9), [3, 3, 3, 3])
    close(at(s.cosine({ from: 3, to: 1, over: 4, exponent: 0 }), 0, 2, 4, 9), [3, 3, 3, 3])
  })

  test('of power 1 is linear', () => {
    fc.assert(
      fc.property(value, value, duration, step, (from, to, over, t) => {
        close([s.polynomial({ from, to, over })(t)], [s.linear({ from, to, over })(t)])
      }),
    )
  })
})

describe('polynomialCycle', () => {
  test('restart k begins at (1/k)^power of the range, and ends at `to`', () => {
    fc.assert(
      fc.property(value, value, duration, fc.constantFrom(0.5, 1, 2), fc.integer({ min: 2, max: 9 }), (...args) => {
        const [from, to, over, power, k] = args
        const cycle = s.polynomialCycle({ from, to, over, power })
        close(at(cycle, 0, over, (k - 1) * over, k * over), [from, to, to, to])
        expect(cycle((k - 1) * over + 1e-9)).toBeCloseTo(to + (from - to) * (1 / k) ** power, 6)
      }),
    )
  })

  test('is finite where rounding puts t behind its restart', () => {
    for (const [over, t] of [
      [0.7, 63],
      [2.3, 207],
    ] as const) {
      expect(t / (over * Math.ceil(t / over))).toBeGreaterThan(1)
      expect(s.polynomialCycle({ from: 1, to: 0.5, over, power: 0.5 })(t)).toBe(0.5)
    }
  })
})

describe('exponential', () => {
  test('is multiplied by rate in each `over` updates', () => {
    close(at(s.exponential({ from: 8, rate: 0.5, over: 10 }), 0, 5, 10, 30), [8, 8 * Math.SQRT1_2, 4, 1])
    close(at(s.exponential({ from: 1, rate: 0.9 }), 0, 1, 2), [1, 0.9, 0.81])
  })

  test('stays at `to`: its least value where it falls, its greatest where it grows', () => {
    close(at(s.exponential({ from: 1, rate: 0.5, to: 0.3 }), 0, 1, 2, 99), [1, 0.5, 0.3, 0.3])
    close(at(s.exponential({ from: 1, rate: 2, to: 5 }), 0, 1, 2, 3, 2 ** 31), [1, 2, 4, 5, 5])
    close(at(s.exponential({ from: 1, rate: 1, to: 0.3 }), 0, 1, 99), [1, 1, 1])
  })

  test('grows only where its greatest value is said', () => {
    expect(() => s.exponential({ from: 1, rate: 1.1 })).toThrow(
      new TypeError('schedule.exponential: rate is 1.1 and to is undefined, expected the greatest value as `to`'),
    )
  })

  test('of rate 0 is nothing after its start', () => {
    close(at(s.exponential({ from: 8, rate: 0, over: 10 }), 0, 1, 99), [8, 0, 0])
  })

  test('natural is by e', () => {
    close(at(s.naturalExponential({ from: 2, rate: 0.5, over: 10 }), 0, 10, 20), [2, 2 * Math.exp(-0.5), 2 / Math.E])
  })
})

describe('the inverses', () => {
  test('inverse is 1 / t, and holds its first value at 0', () => {
    close(at(s.inverse({ from: 3 }), 0, 1, 2, 3, 6), [3, 3, 1.5, 1, 0.5])
  })

  test('inverseTime is a half after over / rate', () => {
    close(at(s.inverseTime({ from: 6, rate: 0.5, over: 10 }), 0, 20, 40), [6, 3, 2])
    close(at(s.inverseTime({ from: 6, rate: 2 }), 0, 1), [6, 2])
  })

  test('inverseSqrt is 1 / √t, and with an offset starts where t is already it', () => {
    close(at(s.inverseSqrt({ from: 6 }), 0, 1, 4, 9), [6, 6, 3, 2])
    close(at(s.inverseSqrt({ from: 6, offset: 4 }), 0, 12, 32), [6, 3, 2])
  })
})

describe('noam', () => {
  test('is that of the paper', () => {
    const [model, warmup] = [512, 4000]
    const paper = (t: number) => model ** -0.5 * Math.min(t ** -0.5, t * warmup ** -1.5)
    for (const t of [1, 10, 3999, 4000, 4001, 1e6]) expect(s.noam({ model })(t)).toBeCloseTo(paper(t), 12)
    expect(s.noam({ model: 64, warmup: 100, factor: 2 })(100)).toBeCloseTo(2 / Math.sqrt(6400), 12)
    expect(s.noam({ model })(0)).toBe(0)
  })

  test('rises to its warm-up and falls after it', () => {
    const noam = s.noam({ model: 64, warmup: 30 })
    for (let t = 0; t < 30; t++) expect(noam(t + 1)).toBeGreaterThan(noam(t))
    for (let t = 30; t < 90; t++) expect(noam(t + 1)).toBeLessThan(noam(t))
  })
})

describe('steps', () => {
  test('step makes `every` updates at each height', () => {
    close(at(s.step({ from: 1, every: 3, rate: 0.5 }), 0, 1, 3, 4, 6, 7), [1, 1, 1, 0.5, 0.5, 0.25])
    close(at(s.step({ from: 1, every: 1, rate: 2, to: 3 }), 1, 2, 3, 4), [1, 2, 3, 3])
  })

  test('multiStep makes exactly `at` updates before each step', () => {
    close(at(s.multiStep({ from: 1, at: [2, 5] }), 0, 1, 2, 3, 5, 6, 99), [1, 1, 1, 0.1, 0.1, 0.01, 0.01])
    close(at(s.multiStep({ from: 1, at: [] }), 0, 99), [1, 1])
    close(at(s.multiStep({ from: 1, rate: 3, at: [0] }), 0, 1), [1, 3])
  })
})

describe('piecewise', () => {
  test('has the old value at a boundary', () => {
    close(at(s.piecewise({ at: [2, 4], values: [1, 5, 3] }), 0, 2, 3, 4, 5, 99), [1, 1, 5, 5, 3, 3])
  })

  test('linear and cosine go through their points, and half way between them are half way', () => {
    const points = { at: [2, 4, 8], values: [1, 5, 3] }
    for (const of of [s.piecewiseLinear(points), s.piecewiseCosine(points)])
      close(at(of, 0, 2, 3, 4, 6, 8, 99), [1, 1, 3, 5, 4, 3, 3])
    close(at(s.piecewiseLinear(points), 2.5, 5), [2, 4.5])
    close(at(s.piecewiseCosine(points), 2.5, 5), [5 - 2 * (1 + Math.SQRT1_2), 4 + Math.SQRT1_2])
  })

  test.each([s.piecewiseLinear, s.piecewiseCosine])('nor do the ways through points', (make) => {
    const points = { at: [2, 4], values: [1, 5] }
    const of = make(points)
    points.values[0] = 7
    points.at.pop()
    expect([1, 3, 5].map(of)).toEqual([1, 3, 5])
  })

  test('does not hear of what becomes of the lists it was given', () => {
    const [at, values] = [
      [2, 4],
      [1, 5, 3],
    ]
    const of = s.piecewise({ at, values })
    values[0] = 7
    at.pop()
    expect([1, 3, 5].map(of)).toEqual([1, 5, 3])
    expect(s.show(of)).toBe('piecewise({ at: [2, 4], values: [1, 5, 3] })')
  })
})

describe('cosineRestarts', () => {
  test('is a cosine in each period, over · growthᵏ long and decayᵏ of the range high', () => {
    const of = s.cosineRestarts({ from: 9, to: 1, over: 4, growth: 2, decay: 0.5 })
    close(at(of, 0, 2, 4, 8, 12, 20, 28), [9, 5, 1, 3, 1, 2, 1])
  })

  test('without growth and decay it is a cycle of cosines', () => {
    fc.assert(
      fc.property(value, value, duration, step, (from, to, over, t) => {
        const cycled = s.cycle(over)(s.cosine({ from, to, over }))
        expect(s.cosineRestarts({ from, to, over })(t)).toBeCloseTo(cycled(t), 9)
      }),
    )
  })
})

describe('linearCosine', () => {
  test('is a line times a cosine', () => {
    const of = s.linearCosine({ from: 2, over: 10, periods: 1, alpha: 0.5, beta: 0.25 })
    close(at(of, 0, 5, 10, 99), [2 * 1.75, 2 * 0.25, 2 * 0.75, 2 * 0.75])
    close(at(s.linearCosine({ from: 1, over: 10 }), 0, 5, 10), [1.001, 0.251, 0.001])
  })
})

describe('noisyLinearCosine', () => {
  const options = { from: 1, over: 1e9, alpha: 5, varianceDecay: 0 }
  const line = s.linearCosine({ from: 1, over: 1e9, alpha: 5 })
  const noise = (seed: number, n: number) =>
    Array.from({ length: n }, (_, t) => s.noisyLinearCosine({ ...options, seed })(t) - line(t))
  const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length

  test('has the same noise for the same seed and t, and another for another', () => {
    expect(noise(1, 5)).toEqual(noise(1, 5))
    expect(new Set([...noise(1, 50), ...noise(2, 50)]).size).toBe(100)
  })

  test('has standard normal noise, of which one is independent of the next', () => {
    const xs = noise(3, 20_000)
    expect(Math.abs(mean(xs))).toBeLessThan(0.03)
    expect(mean(xs.map((x) => x ** 2))).toBeCloseTo(1, 1)
    expect(mean(xs.map((x) => x ** 4))).toBeGreaterThan(2.7)
    expect(mean(xs.map((x) => x ** 4))).toBeLessThan(3.3)
    expect(Math.abs(mean(xs.slice(1).map((x, i) => x * (xs[i] as number))))).toBeLessThan(0.03)
    const other = noise(4, 20_000)
    expect(Math.abs(mean(xs.map((x, i) => x * (other[i] as number))))).toBeLessThan(0.03)
  })

  test('has noise of the variance that is asked for, decaying', () => {
    const sd = (t: number) => {
      const found = Array.from({ length: 4000 }, (_, seed) =>
        s.noisyLinearCosine({ from: 1, over: 1e5, alpha: 9, seed, variance: 4, varianceDecay: 1 })(t),
      )
      const middle = mean(found)
      return Math.sqrt(mean(found.map((x) => (x - middle) ** 2)))
    }
    expect(sd(0) / 2).toBeGreaterThan(0.95)
    expect(sd(0) / 2).toBeLessThan(1.05)
    expect(sd(99) / 0.2).toBeGreaterThan(0.95)
    expect(sd(99) / 0.2).toBeLessThan(1.05)
  })

  test('has no less noise after its end', () => {
    const spread = (t: number) =>
      Math.max(
        ...Array.from({ length: 100 }, (_, seed) =>
          s.noisyLinearCosine({ from: 1, over: 9, periods: 1, alpha: 9, seed, varianceDecay: 2 })(t),
        ),
      ) - 9
    expect(spread(1e6)).toBeGreaterThan(0.1)
  })

  test('is 0 where the noise would take it below, and finite where its number is the least there is', () => {
    const low = Array.from({ length: 100 }, (_, seed) =>
      s.noisyLinearCosine({ from: 1, over: 9, seed, variance: 9 })(1),
    )
    expect(Math.min(...low)).toBe(0)
    // There the hash of seed and t is 0.
    expect(s.noisyLinearCosine({ from: 1, over: 2 ** 31, seed: 1 })(920_564_995)).toSatisfy(Number.isFinite)
  })

  test('without variance is linearCosine, and is never negative', () => {
    fc.assert(
      fc.property(duration, step, fc.integer(), (over, t, seed) => {
        expect(s.noisyLinearCosine({ from: 1, over, seed, variance: 0 })(t)).toBe(s.linearCosine({ from: 1, over })(t))
        expect(s.noisyLinearCosine({ from: 1, over, seed, variance: 9 })(t)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('oneCycle', () => {
  test('has two phases, or three', () => {
    for (const make of [s.oneCycle, s.oneCycleLinear]) {
      close(at(make({ peak: 1, over: 100 }), 0, 15, 30, 100, 999), [0.04, 0.52, 1, 4e-6, 4e-6])
      const three = make({ peak: 1, over: 100, rise: 0.25, fall: 0.5, from: 0.2, to: 0.1 })
      close(at(three, 0, 25, 37.5, 50, 75, 100), [0.2, 1, 0.6, 0.2, 0.15, 0.1])
    }
  })

  test('differs between its points only', () => {
    const options = { peak: 1, over: 100, from: 0 }
    expect(s.oneCycleLinear(options)(7.5)).toBeCloseTo(0.25, 12)
    expect(s.oneCycle(options)(7.5)).toBeCloseTo((1 - Math.SQRT1_2) / 2, 12)
  })

  test.each([
    [{ rise: 0 }, 'rise is 0, expected 0 < rise < 1'],
    [{ rise: 1 }, 'rise is 1, expected 0 < rise < 1'],
    [{ fall: 0.2 }, 'fall is 0.2, expected 0.3 < fall < 1'],
  ])('refuses %o', (options, said) => {
    expect(() => s.oneCycle({ peak: 1, over: 9, ...options })).toThrow(new TypeError(`schedule.oneCycle: ${said}`))
  })
})

describe('the cyclical ones', () => {
  const options = { from: 1, to: 5, up: 4, down: 2 }

  test('go up and down, again and again', () => {
    close(at(s.triangular(options), 0, 1, 4, 5, 6, 7, 10, 12), [1, 2, 5, 3, 1, 2, 5, 1])
    close(at(s.triangular({ from: 0, to: 1, up: 2 }), 0, 1, 2, 3, 4), [0, 0.5, 1, 0.5, 0])
  })

  test('triangular2 halves each cycle, expRange decays with each update', () => {
    close(at(s.triangular2(options), 4, 6, 10, 16), [5, 1, 3, 2])
    close(at(s.expRange({ ...options, rate: 0.5 }), 0, 1, 4, 6, 7), [1, 1.5, 1.25, 1, 1 + 1 / 128])
  })
})

describe('wsd', () => {
  const wsd = (shape?: 'linear' | 'cosine' | 'sqrt') =>
    s.wsd({ peak: 4, from: 1, to: 2, warmup: 3, stable: 5, decay: 4, shape })

  test('warms up, stays, decays, and stays', () => {
    for (const shape of ['linear', 'cosine', 'sqrt', undefined] as const)
      close(at(wsd(shape), 0, 1, 3, 4, 8, 12, 99), [1, 2, 4, 4, 4, 2, 2])
  })

  test('decays in the shape that is asked for', () => {
    close(at(wsd('linear'), 9, 10), [3.5, 3])
    close(at(wsd('cosine'), 9, 10), [3 + Math.SQRT1_2, 3])
    close(at(wsd('sqrt'), 9, 10), [3, 4 - 2 * Math.SQRT1_2])
  })

  test('may have no warm-up, or nothing stable', () => {
    close(at(s.wsd({ peak: 4, warmup: 0, stable: 2, decay: 4 }), 0, 2, 4, 6), [4, 4, 2, 0])
    close(at(s.wsd({ peak: 4, warmup: 2, stable: 0, decay: 4 }), 0, 1, 2, 4, 6), [0, 2, 4, 2, 0])
  })

  test('has no other tail', () => {
    expect(() => s.wsd({ peak: 1, warmup: 0, stable: 0, decay: 1, shape: 'exponential' as never })).toThrow(
      new TypeError('schedule.wsd: shape is "exponential", expected one of linear, cosine, sqrt'),
    )
  })
})

describe('eluTransition', () => {
  const of = s.eluTransition({ center: 10, period: 5 })

  test('is an ELU from 0 to 1: ½ at its center, 1 half a period later', () => {
    close(at(of, 0, 7.5, 10, 11.25, 12.5, 99), [Math.exp(-4) / 2, Math.exp(-1) / 2, 0.5, 0.75, 1, 1])
  })

  test('has one slope at its center', () => {
    expect((of(10) - of(10 - 1e-6)) / 1e-6).toBeCloseTo(0.2, 5)
    expect((of(10 + 1e-6) - of(10)) / 1e-6).toBeCloseTo(0.2, 5)
  })
})

/** Each with as little as can be said, and with all of it. */
const noisy = { from: 1, over: 40, periods: 0.5, alpha: 0, beta: 0.001, seed: 0, variance: 1, varianceDecay: 0.55 }
const said: Readonly<Record<string, readonly [less: Schedule, all: Schedule]>> = {
  linear: [s.linear({ from: 1, over: 40 }), s.linear({ from: 1, to: 0, over: 40 })],
  polynomial: [s.polynomial({ from: 1, over: 40 }), s.polynomial({ from: 1, to: 0, over: 40, power: 1 })],
  polynomialCycle: [
    s.polynomialCycle({ from: 1, over: 20 }),
    s.polynomialCycle({ from: 1, to: 0, over: 20, power: 1 }),
  ],
  exponential: [s.exponential({ from: 1, rate: 0.9 }), s.exponential({ from: 1, rate: 0.9, over: 1 })],
  naturalExponential: [
    s.naturalExponential({ from: 1, rate: 0.1 }),
    s.naturalExponential({ from: 1, rate: 0.1, over: 1 }),
  ],
  inverseTime: [s.inverseTime({ from: 1, rate: 0.1 }), s.inverseTime({ from: 1, rate: 0.1, over: 1 })],
  inverseSqrt: [s.inverseSqrt({ from: 1 }), s.inverseSqrt({ from: 1, offset: 0 })],
  noam: [s.noam({ model: 64 }), s.noam({ model: 64, warmup: 4000, factor: 1 })],
  step: [s.step({ from: 1, every: 20 }), s.step({ from: 1, every: 20, rate: 0.1 })],
  multiStep: [s.multiStep({ from: 1, at: [9] }), s.multiStep({ from: 1, at: [9], rate: 0.1 })],
  cosine: [s.cosine({ from: 1, over: 40 }), s.cosine({ from: 1, to: 0, over: 40, exponent: 1 })],
  cosineRestarts: [
    s.cosineRestarts({ from: 1, over: 9 }),
    s.cosineRestarts({ from: 1, to: 0, over: 9, growth: 1, decay: 1 }),
  ],
  noisyLinearCosine: [s.noisyLinearCosine({ from: 1, over: 40 }), s.noisyLinearCosine(noisy)],
  wsd: [
    s.wsd({ peak: 1, warmup: 9, stable: 9, decay: 9 }),
    s.wsd({ peak: 1, warmup: 9, stable: 9, decay: 9, from: 0, to: 0, shape: 'linear' }),
  ],
}
test.each(Object.entries(said))('what is not said to %s', (_, [less, all]) => {
  for (let t = 0; t <= 60; t++) expect(less(t)).toBe(all(t))
})
