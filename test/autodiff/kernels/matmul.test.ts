import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchMatMul } from '../../../src/autodiff/kernels/matmul.ts'
import { address, type WasmBackend } from '../../../src/kernel/heap.ts'
import { same } from '../../heap.ts'
import { gaussian } from '../../random.ts'

interface Sizes {
  readonly m: number
  readonly k: number
  readonly n: number
}
interface Transposes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

const TRANSPOSES: readonly Transposes[] = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
)
/** On both sides of every block, tile, strip and vector, and of the changes from one way to another. */
const EDGES: readonly (readonly [m: number, k: number, n: number])[] = [
  [17, 1, 1],
  [1, 17, 1],
  [1, 1, 17],
  [4, 7, 5],
  [5, 9, 2],
  [16, 13, 31],
  [17, 3, 33],
  [18, 385, 7],
  [20, 769, 24],
  [31, 16, 10],
  [33, 400, 41],
  [65, 40, 257],
  [3, 500, 270],
  [1, 900, 300],
  [300, 900, 1],
  [40, 800, 530],
]

const shapesOf = ({ m, k, n }: Sizes, { transposeA, transposeB }: Transposes) => ({
  a: transposeA ? [k, m] : [m, k],
  b: transposeB ? [n, k] : [k, n],
})

const numbers = (size: number, seed: number): Float32Array => Float32Array.from({ length: size }, gaussian(seed))

/** The product in float64, and the sum of its terms' magnitudes, to which rounding is proportional. */
const reference = (a: ArrayLike<number>, b: ArrayLike<number>, { m, k, n }: Sizes, t: Transposes) => {
  const value = new Float64Array(m * n)
  const magnitude = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let p = 0; p < k; p++) {
        const x = a[t.transposeA ? p * m + i : i * k + p] as number
        const y = b[t.transposeB ? j * k + p : p * n + j] as number
        value[i * n + j] = (value[i * n + j] as number) + x * y
        magnitude[i * n + j] = (magnitude[i * n + j] as number) + Math.abs(x * y)
      }
  return { value, magnitude }
}

/** The largest error, in units of what k roundings can make of it. */
const worst = (got: ArrayLike<number>, { value, magnitude }: ReturnType<typeof reference>, k: number): number =>
  value.reduce((most, x, i) => {
    const error = Math.abs((got[i] as number) - x)
    return Math.max(most, error === 0 ? 0 : error / ((k + 1) * 2 ** -24 * (magnitude[i] as number)))
  }, 0)

const product = (sizes: Sizes, t: Transposes, a: Float32Array, b: Float32Array): Float32Array =>
  tf.tidy(() => {
    const shapes = shapesOf(sizes, t)
    const c = tf.matMul(tf.tensor(a, shapes.a), tf.tensor(b, shapes.b), t.transposeA, t.transposeB)
    expect(c.shape).toEqual([sizes.m, sizes.n])
    return c.dataSync() as Float32Array
  })

const expectRight = (sizes: Sizes, t: Transposes, seed: number): void => {
  const [a, b] = [numbers(sizes.m * sizes.k, seed), numbers(sizes.k * sizes.n, seed + 1)]
  expect(worst(product(sizes, t, a, b), reference(a, b, sizes, t), sizes.k)).toBeLessThanOrEqual(1)
}

const upTo = (max: number) => fc.integer({ min: 0, max })
const transposes = fc.constantFrom(...TRANSPOSES)
const seeds = fc.integer({ min: 0, max: 2 ** 31 })

const use = (kernel: tf.KernelConfig): void => {
  tf.unregisterKernel('BatchMatMul', 'wasm')
  tf.registerKernel(kernel)
}

/** tfjs's own is never asked. */
const matMul = batchMatMul.kernel(() => expect.unreachable())
let tfjsOwn: tf.KernelConfig
beforeAll(async () => {
  await tf.setBackend('wasm')
  tfjsOwn = tf.getKernel('BatchMatMul', 'wasm')
  use({ ...tfjsOwn, kernelFunc: matMul })
})
afterAll(() => use(tfjsOwn))

describe('the product is right', () => {
  test('for any sizes, empty ones too, and transposes', () => {
    const sizes = fc.record({ m: upTo(40), k: upTo(40), n: upTo(40) })
    fc.assert(
      fc.property(sizes, transposes, seeds, (s, t, seed) => expectRight(s, t, seed)),
      { numRuns: 400 },
    )
  })

  test.each(EDGES)('for %i × %i by × %i', (m, k, n) => {
    for (const t of TRANSPOSES) expectRight({ m, k, n }, t, m)
  })

  test('matrix by matrix, when the other dimensions are broadcast', () => {
    const dim = fc.integer({ min: 1, max: 3 })
    const batches = fc
      .array(fc.tuple(dim, fc.constantFrom('both', 'a', 'b')), { maxLength: 3 })
      .chain((dims) =>
        fc.record({ dims: fc.constant(dims), skip: upTo(dims.length), shorter: fc.constantFrom('a', 'b') }),
      )
      .map(({ dims, skip, shorter }) => {
        const of = (x: string) => dims.map(([d, whose]) => (whose === 'both' || whose === x ? d : 1))
        const cut = (x: string) => (x === shorter ? of(x).slice(skip) : of(x))
        return { a: cut('a'), b: cut('b') }
      })
    const sizes = fc.record({ m: upTo(20), k: upTo(9), n: upTo(20) })
    fc.assert(
      fc.property(batches, sizes, transposes, seeds, (batch, s, t, seed) => {
        tf.tidy(() => {
          const shapes = shapesOf(s, t)
          const random = (shape: number[], salt: number) =>
            tf.tensor(numbers(tf.util.sizeFromShape(shape), seed + salt), shape)
          const a = random([...batch.a, ...shapes.a], 0)
          const b = random([...batch.b, ...shapes.b], 1)
          const c = tf.matMul(a, b, t.transposeA, t.transposeB)
          const outer = tf.broadcast_util.assertAndGetBroadcastShape(batch.a, batch.b)
          expect(c.shape).toEqual([...outer, s.m, s.n])
          const count = tf.util.sizeFromShape(outer)
          const spread = (x: tf.Tensor, own: number[], matrix: number[]) =>
            tf.broadcastTo(x.reshape([...outer.map(() => 1), ...own].slice(-outer.length).concat(matrix)), [
              ...outer,
              ...matrix,
            ])
          const whole = (x: tf.Tensor, own: number[], matrix: number[]): Float32Array =>
            (x.size === 0 || outer.length === 0 ? x : spread(x, own, matrix)).dataSync() as Float32Array
          const [as, bs, cs] = [whole(a, batch.a, shapes.a), whole(b, batch.b, shapes.b), c.dataSync()]
          for (let i = 0; i < count; i++) {
            const nth = (xs: ArrayLike<number>, size: number) => Array.from(xs).slice(i * size, (i + 1) * size)
            const expected = reference(nth(as, s.m * s.k), nth(bs, s.k * s.n), s, t)
            expect(worst(nth(cs, s.m * s.n), expected, s.k)).toBeLessThanOrEqual(1)
          }
        })
      }),
      { numRuns: 200 },
    )
  })

  test('with NaN and infinities as in a plain product', () => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -4, max: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
    )
    const operands = fc
      .record({ m: upTo(37), k: upTo(10), n: upTo(37) })
      .chain((s) =>
        fc.tuple(
          fc.constant(s),
          fc.array(value, { minLength: s.m * s.k, maxLength: s.m * s.k, size: 'max' }),
          fc.array(value, { minLength: s.k * s.n, maxLength: s.k * s.n, size: 'max' }),
        ),
      )
    fc.assert(
      fc.property(operands, transposes, ([s, a, b], t) => {
        const got = product(s, t, Float32Array.from(a), Float32Array.from(b))
        const withoutMinusZero = (xs: ArrayLike<number>) => Array.from(xs, (x) => x + 0)
        expect(withoutMinusZero(got)).toEqual(withoutMinusZero(reference(a, b, s, t).value))
      }),
      { numRuns: 100 },
    )
  })

  test('to the last bit every time', () => {
    for (const t of TRANSPOSES) {
      const s = { m: 37, k: 391, n: 45 }
      const [a, b] = [numbers(s.m * s.k, 1), numbers(s.k * s.n, 2)]
      expect(product(s, t, a, b)).toEqual(product(s, t, a, b))
    }
  })

  test('after B was written in place', () => {
    const backend = tf.backend() as WasmBackend
    const [a, b] = [tf.ones([20, 30]), tf.ones([30, 20])]
    const before = tf.matMul(a, b)
    backend.wasm.HEAPF32.fill(2, address(backend, b.dataId) / 4, address(backend, b.dataId) / 4 + b.size)
    const after = tf.matMul(a, b)
    expect([before.dataSync()[0], after.dataSync()[0]]).toEqual([30, 60])
    tf.dispose([a, b, before, after])
  })

  test('as are the gradients tfjs makes of it', () => {
    fc.assert(
      fc.property(fc.record({ m: upTo(30), k: upTo(30), n: upTo(30) }), transposes, seeds, (s, t, seed) => {
        fc.pre(s.m * s.k * s.n > 0)
        const shapes = shapesOf(s, t)
        const [a, b] = [numbers(s.m * s.k, seed), numbers(s.k * s.n, seed + 1)]
        const dy = numbers(s.m * s.n, seed + 2)
        const [da, db] = tf.tidy(() =>
          tf
            .grads((x, y) => tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, t.transposeA, t.transposeB))(
              [tf.tensor(a, shapes.a), tf.tensor(b, shapes.b)],
              tf.tensor(dy, [s.m, s.n]),
            )
            .map((x) => x.dataSync()),
        ) as [Float32Array, Float32Array]
        const { transposeA, transposeB } = t
        // dA = dC·Bᵀ and dB = Aᵀ·dC; of a factor that is transposed in memory, the transpose.
        const expectedA = transposeA
          ? reference(b, dy, { m: s.k, k: s.n, n: s.m }, { transposeA: transposeB, transposeB: true })
          : reference(dy, b, { m: s.m, k: s.n, n: s.k }, { transposeA: false, transposeB: !transposeB })
        const expectedB = transposeB
          ? reference(dy, a, { m: s.n, k: s.m, n: s.k }, { transposeA: true, transposeB: transposeA })
          : reference(a, dy, { m: s.k, k: s.m, n: s.n }, { transposeA: !transposeA, transposeB: false })
        expect(worst(da, expectedA, s.n)).toBeLessThanOrEqual(1)
        expect(worst(db, expectedB, s.m)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 100 },
    )
  })
})

describe('memory', () => {
  test('nothing is left behind', () => {
    const once = () => {
      for (const t of TRANSPOSES) product({ m: 33, k: 20, n: 19 }, t, numbers(33 * 20, 1), numbers(20 * 19, 2))
      tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 4])).dispose()
    }
    const count = () => ({ ...tf.memory(), buffers: tf.engine().backend.numDataIds() })
    tf.tidy(once)
    const before = count()
    for (let i = 0; i < 200; i++) tf.tidy(once)
    expect(count()).toEqual(before)
  })

  /** A heap of its own, in which one of the three tensors ends where the memory does: one byte more would trap. */
  const heap = (last: 'a' | 'b' | 'c', shared: boolean) => {
    const pages = { initial: 32, maximum: 65_536 }
    const memory = new WebAssembly.Memory(shared ? { ...pages, shared } : pages)
    const bytes = new Uint8Array(memory.buffer).fill(0xab)
    const homes = new Map<object, { id: number; memoryOffset: number; refCount: number }>()
    let top = 4
    const take = (size: number): number => {
      top += size + 4
      return top - size - 4
    }
    const place = (name: 'a' | 'b' | 'c', shape: number[]): tf.TensorInfo => {
      const size = tf.util.sizeFromShape(shape) * 4
      const dataId = {}
      homes.set(dataId, { id: homes.size, memoryOffset: name === last ? bytes.length - size : take(size), refCount: 1 })
      return { dataId, shape, dtype: 'float32' }
    }
    const own: [number, number][] = []
    const backend = {
      wasm: {
        ...(shared ? { wasmMemory: memory } : { asm: { memory } }),
        _malloc: (size: number) => {
          own.push([take(size), size])
          return own.at(-1)?.[0]
        },
      },
      dataIdMap: { get: (dataId: object) => homes.get(dataId) },
      makeOutput: (shape: number[]) => place('c', shape),
    } as unknown as WasmBackend
    const at = ({ dataId }: tf.TensorInfo): number => homes.get(dataId)?.memoryOffset as number
    const view = (x: tf.TensorInfo) => new Float32Array(memory.buffer, at(x), tf.util.sizeFromShape(x.shape))
    return { backend, bytes, place, view, at, own }
  }

  const within = (last: 'a' | 'b' | 'c', sizes: Sizes, t: Transposes, shared = false): void => {
    const { backend, bytes, place, view, at, own } = heap(last, shared)
    const shapes = shapesOf(sizes, t)
    const [a, b] = [place('a', shapes.a), place('b', shapes.b)]
    view(a).set(numbers(sizes.m * sizes.k, 1))
    view(b).set(numbers(sizes.k * sizes.n, 2))
    const before = bytes.slice()
    const c = matMul({ inputs: { a, b }, backend, attrs: { ...t } }) as tf.TensorInfo
    const allowed: [number, number][] = [[at(c), sizes.m * sizes.n * 4], ...own]
    const expected = reference(view(a).slice(), view(b).slice(), sizes, t)
    expect(worst(view(c).slice(), expected, sizes.k)).toBeLessThanOrEqual(1)
    for (const [start, size] of allowed) before.set(bytes.subarray(start, start + size), start)
    expect(same(bytes, before)).toBe(true)
  }

  test.each(EDGES.slice(0, -1))('nothing is read or written outside of %i × %i by × %i', (m, k, n) => {
    for (const t of TRANSPOSES) for (const last of ['a', 'b', 'c'] as const) within(last, { m, k, n }, t)
  })

  test('it may be shared, as in the threaded build', () => {
    for (const t of TRANSPOSES) within('c', { m: 33, k: 30, n: 41 }, t, true)
  })
})

describe('a mistake is named', () => {
  const mistake = (f: () => tf.Tensor): string => {
    try {
      f().dispose()
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }

  test('sizes that do not fit', () => {
    const [a, b] = [tf.zeros([2, 3]), tf.zeros([5, 4])]
    expect(mistake(() => tf.matMul(a, b, true, false))).toBe(
      'matMul: [2,3] transposed by [5,4] has inner sizes 2 and 5, expected equal ones',
    )
    expect(mistake(() => tf.matMul(tf.zeros([2, 3, 4]), tf.zeros([3, 4, 5])))).toMatch(/2 and 3/)
    expect(mistake(() => tf.matMul(tf.zeros([3]), tf.zeros([3, 3])))).toBe(
      'matMul: a is [3], expected a matrix or a batch of matrices',
    )
  })

  test('numbers that are not float32', () => {
    const [a, b] = [tf.zeros([2, 3], 'int32'), tf.zeros([3, 4], 'int32')]
    expect(mistake(() => tf.matMul(a, b))).toBe('matMul: a is int32, expected float32')
  })
})
