import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, type TestContext, test } from 'vitest'
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

/** What tfjs has, before anything of ours. */
const stock = new Map(Object.keys(registry).map((name) => [name, tf.getGradient(name)]))
await useWasm()
const kernels = new Set(
  ['cpu', 'wasm'].flatMap((name) => tf.getKernelsForBackend(name).map((kernel) => kernel.kernelName)),
)
/** Ours run on tensors of optimizers. */
const foreign = [...kernels].filter((name) => !/^(gradus|Gradus)/.test(name))

const calls = [
  ...Object.entries(registry).flatMap(([name, { calls }]) => calls.map((call, i) => [`${name} ${i}`, call] as const)),
  ...Object.entries(compositions),
]

const points = (call: Call): readonly Point[] => [1, 2].map((seed) => pointOf(call, seed))
const directions = (call: Call): readonly [Point, Point] => [directionOf(call, 3), directionOf(call, 4)]

/** Kernels that tfjs's WASM back end lacks: what needs one is skipped there until it is registered. */
const AWAITED = [
  'Conv2DBackpropFilter',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'UnsortedSegmentSum',
  'Einsum',
]

const unlessAwaited = (ctx: TestContext, body: () => void): void => {
  try {
    body()
  } catch (error) {
    const lacking = /Kernel '(\w+)' not registered/.exec(String(error))?.[1]
    if (lacking === undefined || !AWAITED.includes(lacking)) throw error
    ctx.skip(`${lacking} is not there`)
  }
}

const near = (a: Point, b: Point): number => {
  const scale = Math.max(1e-3, ...b.map(Math.abs))
  return Math.max(0, ...a.map((each, i) => Math.abs(each - (b[i] as number)) / scale))
}

describe('the table', () => {
  test('has every kernel of the registry, and every one that has a gradient', () => {
    expect(foreign.filter((name) => !(name in registry))).toEqual([])
    const known = GRADIENTS.map(({ kernelName }) => kernelName).filter((name) => !name.endsWith('__op'))
    expect(known.filter((name) => !(name in registry))).toEqual([])
  })

  test.each(Object.entries(registry))('says of %s one thing', (name, { calls, none, missing, mended }) => {
    expect([calls.length > 0, none !== undefined, missing !== undefined].filter(Boolean)).toHaveLength(1)
    const ours = GRADIENTS.some(({ kernelName }) => kernelName === name)
    expect(mended !== undefined).toBe(ours && stock.get(name) !== undefined && calls.length > 0 && mended !== undefined)
  })

  test.each(Object.keys(registry).filter((name) => registry[name]?.calls.length))('%s has a gradient once', (name) => {
    installGradients()
    expect(GRADIENTS.filter(({ kernelName }) => kernelName === name).length).toBeLessThanOrEqual(1)
  })
})

describe.each(backends)('on %s', (backend, set) => {
  beforeAll(async () => {
    await set()
  })

  test.each(calls)('first derivative of %s', (_, call, ...rest) => {
    void rest
    const before = alive()
    for (const x of points(call)) {
      const g = gradientAt(call, x)
      for (const d of directions(call)) expect(wrongBy(dot(g, d), slopeAlong(call, x, d), sizeOf(g, d))).toBeUndefined()
    }
    expect(alive()).toEqual(before)
  })

  test.each(calls)('second derivative of %s', (_, call) => {
    const before = alive()
    for (const x of points(call)) {
      const [d, e] = directions(call)
      const [hd, he] = [curvatureAt(call, x, d), curvatureAt(call, x, e)]
      const size = Math.max(sizeOf(hd, e), sizeOf(he, d))
      expect(wrongBy(dot(hd, e), turnAlong(call, x, d, e), size)).toBeUndefined()
      expect(Math.abs(dot(hd, e) - dot(he, d))).toBeLessThan(1e-4 * size)
    }
    expect(alive()).toEqual(before)
  })
})
