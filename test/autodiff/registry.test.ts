import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { GRADIENTS, installGradients } from '../../src/autodiff/gradients.ts'
import { alive, backends } from '../backends.ts'
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

/** Those that tfjs has a gradient for, before anything of ours is there. */
const stock = Object.keys(registry).filter((name) => tf.getGradient(name))
const kernelsOf = (backend: string): readonly string[] =>
  tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName)
await useWasm({ kernels: false })
/** tfjs's: gradus has kernels of its own, for optimizers and formulas, under names of its own. */
const kernels = [...new Set(['cpu', 'wasm'].flatMap(kernelsOf))].filter((name) => !/^gradus/i.test(name))
await useWasm()

/** It fails without a scale, which is not a matter of its gradient function. */
const BY_THE_TAPE = ['FusedBatchNorm']

describe('the table', () => {
  test('has every kernel of the registry, and every one that has a gradient', () => {
    const ours = GRADIENTS.map(({ kernelName }) => kernelName).filter((name) => !name.endsWith('__op'))
    expect(kernels.length).toBeGreaterThan(170)
    expect([...kernels, ...ours].filter((name) => !(name in registry))).toEqual([])
  })

  test.each(Object.entries(registry))('says one thing of %s', (name, { calls, none, missing, mended }) => {
    expect([calls.length > 0, none !== undefined, missing !== undefined].filter(Boolean)).toHaveLength(1)
    const configs = GRADIENTS.filter(({ kernelName }) => kernelName === name)
    expect(configs.length).toBeLessThanOrEqual(1)
    const replaced = configs.length === 1 && stock.includes(name)
    expect(mended !== undefined).toBe(replaced || BY_THE_TAPE.includes(name))
    if (missing) expect(configs).toEqual([])
  })

  test('is installed once, whatever was there', () => {
    const [config] = GRADIENTS
    installGradients()
    expect(tf.getGradient(config?.kernelName as string)).toBe(config)
    const { gradients } = tf.engine()
    installGradients()
    expect(tf.engine().gradients).toBe(gradients)
  })
})

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
