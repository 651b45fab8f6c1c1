import {
  clipByBlockRms,
  debiasedAverage,
  movingAverage,
  normalize,
  type Optimizer,
  scale,
  scaleByPath,
  scaleByTrustRatio,
  simulate,
  zeroNans,
} from 'gradus'
import { describe, expect, test } from 'vitest'

type Leaves = Readonly<Record<string, readonly number[]>>
const arrays = (leaves: Leaves) =>
  Object.fromEntries(Object.entries(leaves).map(([name, x]) => [name, Float64Array.from(x)]))

/** What it makes of these gradients, one after the other. */
const made = (optimizer: Optimizer, grads: readonly Leaves[], theta: Leaves = grads[0] as Leaves): Leaves => {
  const last = [...simulate(optimizer, arrays(theta), grads.map(arrays))].at(-1)
  return Object.fromEntries(Object.entries(last?.delta ?? {}).map(([name, x]) => [name, [...x]]))
}

describe('scale', () => {
  test('keeps the sign, and hears a schedule', () => {
    expect(made(scale(3), [{ a: [1, -2] }])).toEqual({ a: [3, -6] })
    expect(
      made(
        scale((t) => t / 2),
        [{ a: [8] }, { a: [8] }, { a: [8] }],
      ),
    ).toEqual({ a: [12] })
  })
})

describe('scaleByPath', () => {
  const g = { w: [1], v: [1], u: [1] }

  test('takes the factor of the last pattern that fits, and 1 where none does', () => {
    expect(made(scaleByPath({ '*': 2, w: 3, v: 0 }), [g])).toEqual({ w: [3], v: [0], u: [2] })
    expect(made(scaleByPath({ w: 3, '*': 2 }), [g])).toEqual({ w: [2], v: [2], u: [2] })
    expect(made(scaleByPath({ '!w': 5 }), [g])).toEqual({ w: [1], v: [5], u: [5] })
  })

  test('takes a function of the path', () => {
    expect(
      made(
        scaleByPath((path) => (path === 'w' ? -1 : 4)),
        [g],
      ),
    ).toEqual({ w: [-1], v: [4], u: [4] })
  })

  test('says which factor is none', () => {
    expect(() => scaleByPath({ '**.bias': Number.NaN })).toThrow(
      'scaleByPath: the factor of "**.bias" is NaN, expected a finite number',
    )
    expect(() =>
      made(
        scaleByPath(() => Number.POSITIVE_INFINITY),
        [g],
      ),
    ).toThrow('scaleByPath: the factor of "w" is Infinity, expected a finite number')
    expect(() => scaleByPath(2 as never)).toThrow('scaleByPath: factors is 2, expected numbers by pattern')
    expect(() => scaleByPath([2] as never)).toThrow('expected numbers by pattern')
  })
})

describe('normalize', () => {
  test('gives the whole tree the norm 1, and leaves 0', () => {
    expect(made(normalize(), [{ a: [3], b: [0, -4] }])).toEqual({ a: [3 / 5], b: [0, -4 / 5] })
    expect(made(normalize(), [{ a: [0], b: [0, 0] }])).toEqual({ a: [0], b: [0, 0] })
  })
})

describe('clipByBlockRms', () => {
  test('clips each tensor by itself', () => {
    expect(made(clipByBlockRms(1), [{ a: [4, 4], b: [1, -0.5], c: [0] }])).toEqual({ a: [1, 1], b: [1, -0.5], c: [0] })
    expect(made(clipByBlockRms(0.5), [{ a: [6, 8, 0, 0] }])).toEqual({ a: [0.6, 0.8, 0, 0] })
  })
})

describe('zeroNans', () => {
  test('leaves infinities', () => {
    const g = { a: [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0] }
    expect(made(zeroNans(), [g])).toEqual({ a: [0, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0] })
  })
})

describe('averages', () => {
  const grads = [{ a: [1] }, { a: [2] }, { a: [6] }]

  test('of what was so far, with and without the 0 it began with', () => {
    expect(made(movingAverage({ beta: 0.5 }), grads).a?.[0]).toBe(1 / 8 + 2 / 4 + 6 / 2)
    expect(made(debiasedAverage({ beta: 0.5 }), grads).a?.[0]).toBe((1 / 8 + 2 / 4 + 6 / 2) / (7 / 8))
    expect(made(debiasedAverage(), [{ a: [5] }]).a?.[0]).toBeCloseTo(5, 12)
    expect(made(movingAverage(), [{ a: [5] }]).a?.[0]).toBeCloseTo(0.5, 12)
  })
})

describe('scaleByTrustRatio', () => {
  test('makes a step as long as its tensor times trust, and leaves it where either is 0', () => {
    const g = { a: [0, 2], b: [0, 0], c: [5] }
    const theta = { a: [3, 4], b: [1, 1], c: [0] }
    expect(made(scaleByTrustRatio(), [g], theta)).toEqual({ a: [0, 5], b: [0, 0], c: [5] })
    expect(made(scaleByTrustRatio({ trust: 0.5, eps: 3 }), [g], theta)).toEqual({ a: [0, 1], b: [0, 0], c: [5] })
  })
})
