import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive, backends, useBackend } from '../backends.ts'
import {
  curvatureAt,
  directionOf,
  dot,
  gradientAt,
  type Point,
  pointOf,
  sizeOf,
  slopeAlong,
  turnAlong,
  wrongBy,
} from './derivatives.ts'
import { type Call, compositions, registry } from './registry.ts'

/** First, so that the gradients are there. */
await useBackend()

/** A kernel and its gradient's are called in the same way: each call once. */
const names = new Map<Call, string>()
for (const [name, row] of Object.entries(registry))
  for (const [i, call] of row.calls.entries())
    names.set(call, [...(names.get(call)?.split(', ') ?? []), `${name} ${i}`].join(', '))
for (const [name, call] of Object.entries(compositions)) names.set(call, name)
const calls = [...names].map(([call, name]) => [name, call] as const)

const points = (call: Call): readonly Point[] => [1, 2].map((seed) => pointOf(call, seed))
const directions = (call: Call): readonly [Point, Point] => [directionOf(call, 3), directionOf(call, 4)]

/** Whatever it makes is gone afterwards. */
const scoped = (body: () => void): void => {
  tf.engine().startScope()
  try {
    body()
  } finally {
    tf.engine().endScope()
  }
}

/** The largest distance, relative to the largest number. */
const apart = (a: Point, b: Point): number =>
  Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number)))) / Math.max(1e-3, ...b.map(Math.abs))

describe.each(backends)('on %s', (_, set) => {
  const onCpu = new Map<string, Point>()

  beforeAll(async () => {
    await tf.setBackend('cpu')
    for (const [name, call] of calls) onCpu.set(name, gradientAt(call, pointOf(call, 1)))
    await set()
  })

  describe.each(calls)('%s', (name, call) => {
    test('first derivative: as by differences, and as on CPU', () => {
      scoped(() => {
        const before = alive()
        for (const [i, x] of points(call).entries()) {
          const [g, d] = [gradientAt(call, x), directions(call)[i] as Point]
          expect(wrongBy(dot(g, d), slopeAlong(call, x, d), sizeOf(g, d))).toBeUndefined()
        }
        expect(apart(gradientAt(call, pointOf(call, 1)), onCpu.get(name) as Point)).toBeLessThan(1e-4)
        expect(alive()).toEqual(before)
      })
    })

    test('second derivative: as by differences of the first, and symmetric', () => {
      scoped(() => {
        const before = alive()
        for (const x of points(call).slice(1)) {
          const [d, e] = directions(call)
          const [hd, he] = [curvatureAt(call, x, d), curvatureAt(call, x, e)]
          const size = Math.max(sizeOf(hd, e), sizeOf(he, d))
          expect(wrongBy(dot(hd, e), turnAlong(call, x, d, e), size)).toBeUndefined()
          expect(Math.abs(dot(hd, e) - dot(he, d))).toBeLessThan(1e-4 * size)
        }
        expect(alive()).toEqual(before)
      })
    })
  })
})
