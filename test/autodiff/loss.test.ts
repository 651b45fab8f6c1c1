import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import {
  binaryCrossEntropy,
  crossEntropy,
  focal,
  gelu,
  geluTanh,
  grad,
  huber,
  hvp,
  logCosh,
  mish,
  silu,
  softplus,
  tree,
} from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { erf } from '../../src/expr/erf.ts'
import { alive, backends } from '../backends.ts'
import { distance } from '../close.ts'
import { gaussian, normal } from '../random.ts'

type Real = (x: number) => number

const sigmoid: Real = (x) => 1 / (1 + Math.exp(-x))
const logOnePlusExp: Real = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** Each in float64, as its paper has it; the losses at a fixed target. */
const table: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, Real, Real?])[] = [
  ['gelu', gelu, (x) => (x / 2) * (1 + erf(x / Math.SQRT2))],
  ['geluTanh', geluTanh, (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))],
  ['silu', silu, (x) => x * sigmoid(x)],
  ['mish', mish, (x) => x * Math.tanh(logOnePlusExp(x))],
  ['softplus', softplus, logOnePlusExp, sigmoid],
  ['huber', (x) => huber(x, 0.5), (x) => (Math.abs(x - 0.5) <= 1 ? (x - 0.5) ** 2 / 2 : Math.abs(x - 0.5) - 0.5)],
  [
    'huber δ = 2',
    (x) => huber(x, 0.5, { delta: 2 }),
    (x) => (Math.abs(x - 0.5) <= 2 ? (x - 0.5) ** 2 / 2 : 2 * (Math.abs(x - 0.5) - 1)),
  ],
  [
    'logCosh',
    (x) => logCosh(x, -0.25),
    (x) => logOnePlusExp(2 * (x + 0.25)) - (x + 0.25) - Math.LN2,
    (x) => Math.tanh(x + 0.25),
  ],
  ['binaryCrossEntropy at 1', (x) => binaryCrossEntropy(x, 1), (x) => logOnePlusExp(-x), (x) => sigmoid(x) - 1],
  [
    'binaryCrossEntropy at 0.3',
    (x) => binaryCrossEntropy(x, 0.3),
    (x) => 0.3 * logOnePlusExp(-x) + 0.7 * logOnePlusExp(x),
    (x) => sigmoid(x) - 0.3,
  ],
  ['focal at 1', (x) => focal(x, 1), (x) => 0.25 * sigmoid(-x) ** 2 * logOnePlusExp(-x)],
  ['focal at 0', (x) => focal(x, 0, { alpha: 0.9, gamma: 1.5 }), (x) => 0.1 * sigmoid(x) ** 1.5 * logOnePlusExp(x)],
]

const functions = table.map(([name, f, meaning, slope]) => ({ name, f, meaning, slope }))

const points = [-40, -17.5, -8, -3.1, -2.5, -1, -0.3, -0.01, 0, 1e-6, 0.02, 0.4, 0.7, 1.4, 2.4, 2.6, 5, 9.3, 20, 60]

/** By differences in float64, from one side of x or from both: at a kink of the slope the two sides differ. */
const slopeOf =
  (f: Real) =>
  (x: number): number => {
    const h = 1e-3
    const d = (k: number) => (f(x + k * h) - f(x - k * h)) / (2 * k * h)
    return (4 * d(1) - d(2)) / 3
  }

/** In float32: of the largest part that it is made of, 1, |x|, or the value itself. */
const near = (found: ArrayLike<number>, expected: readonly number[], tolerance: number) => {
  for (const [i, value] of expected.entries()) {
    const x = points[i] as number
    const error = Math.abs((found[i] as number) - value)
    if (!(error <= tolerance * (1 + Math.abs(x)))) throw new Error(`at ${x}: ${found[i]}, expected ${value}`)
  }
}

const huge = [0, 1e-40, 1, 30, 89, 104, 1e4, 1e10, 3e19, 1e30, 3.4e38].flatMap((x) => [x, -x])

describe.each(backends)('on %s,', (_, set) => {
  beforeAll(set)

  test.each(functions)(
    '$name is the one in the paper, with its first and second derivatives',
    ({ f, meaning, slope }) => {
      const before = alive()
      tf.tidy(() => {
        const x = tf.tensor1d(points)
        const total = (p: tf.Tensor) => f(p).sum() as tf.Scalar
        near(f(x).dataSync(), points.map(meaning), 3e-7)
        near(grad(total)(x).dataSync(), points.map(slope ?? slopeOf(meaning)), 2e-6)
        near(hvp(total)(x, tf.onesLike(x)).dataSync(), points.map(slopeOf(slope ?? slopeOf(meaning))), 2e-5)
        expect(distance(tf.grad((p) => f(p).sum())(x), grad(total)(x))).toBe(0)
      })
      expect(alive()).toEqual(before)
    },
  )

  test.each(functions)('$name and its derivatives are finite for all finite numbers', ({ f }) => {
    tf.tidy(() => {
      const x = tf.tensor1d(huge)
      const total = (p: tf.Tensor) => f(p).sum() as tf.Scalar
      expect(f(x.mul(0.2)).dataSync().every(Number.isFinite)).toBe(true)
      expect(grad(total)(x).dataSync().every(Number.isFinite)).toBe(true)
      expect(hvp(total)(x, tf.onesLike(x)).dataSync().every(Number.isFinite)).toBe(true)
    })
  })

  test('small values of softplus, logCosh and binaryCrossEntropy are small by themselves', () => {
    const relative = (found: tf.Tensor, expected: readonly number[]) =>
      Math.max(...Array.from(found.dataSync(), (x, i) => Math.abs(x / (expected[i] as number) - 1)))
    tf.tidy(() => {
      const x = [-60, -40, -20, -9, -4.2, -3.55, -3.45, -2, 0, 1]
      expect(
        relative(
          softplus(tf.tensor1d(x)),
          x.map((a) => Math.log1p(Math.exp(a))),
        ),
      ).toBeLessThan(4e-6)
      const logits = x.map((a) => -a)
      expect(
        relative(
          binaryCrossEntropy(tf.tensor1d(logits), 1),
          x.map((a) => Math.log1p(Math.exp(a))),
        ),
      ).toBeLessThan(4e-6)
      const r = [1e-15, 1e-6, 1e-3, 0.05, 0.199, 0.201, 0.5, 3].map(Math.fround)
      const exact = (a: number) => (a < 1e-3 ? a ** 2 / 2 - a ** 4 / 12 : Math.log(Math.cosh(a)))
      expect(relative(logCosh(tf.tensor1d(r), 0), r.map(exact))).toBeLessThan(1e-5)
    })
  })

  test('losses have derivatives by their targets too, and are broadcast', () => {
    const before = alive()
    tf.tidy(() => {
      const next = gaussian(2)
      const p = { x: normal([3, 1, 4], next), y: normal([5, 1], next) }
      const squared = (q: typeof p) => huber(q.x, q.y, { delta: 100 }).sum() as tf.Scalar
      const plain = (q: typeof p) => q.x.sub(q.y).square().mul(0.5).sum() as tf.Scalar
      expect(huber(p.x, p.y).shape).toEqual([3, 5, 4])
      expect(distance(grad(squared)(p), grad(plain)(p))).toBeLessThan(1e-5)
    })
    expect(alive()).toEqual(before)
  })

  test('options that are none are refused', () => {
    expect(() => huber(1, 2, { delta: -1 })).toThrow('huber: delta is -1, expected delta ≥ 0')
    expect(() => focal(1, 2, { alpha: 2 })).toThrow('focal: alpha is 2, expected 0 ≤ alpha ≤ 1')
    expect(() => focal(1, 2, { gamma: Number.NaN })).toThrow('focal: gamma is NaN, expected gamma ≥ 0')
    expect(() => gelu('x' as never)).toThrow('gelu: operand 0 is "x", expected a tensor or a number')
  })

  describe('crossEntropy', () => {
    /** For each row, in float64. */
    const meaning = (x: number[][], q: number[][]) =>
      x.map((row, i) => {
        const largest = Math.max(...row)
        const sum = row.reduce((s, a) => s + Math.exp(a - largest), 0)
        const logs = row.map((a) => a - largest - Math.log(sum))
        const weights = q[i] as number[]
        return {
          loss: -logs.reduce((s, a, k) => s + a * (weights[k] as number), 0),
          slope: logs.map((a, k) => Math.exp(a) * weights.reduce((s, w) => s + w, 0) - (weights[k] as number)),
        }
      })
    const rows = (k: number) => fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: k, maxLength: k })

    test('is −Σ q log softmax(x), with slope softmax(x) − q, smoothed or not, of numbers or probabilities', () => {
      fc.assert(
        fc.property(
          fc
            .integer({ min: 1, max: 7 })
            .chain((k) =>
              fc.tuple(
                fc.array(fc.tuple(rows(k), rows(k), fc.nat({ max: k - 1 })), { minLength: 1, maxLength: 6 }),
                fc.constantFrom(0, 0.1, 1),
                fc.boolean(),
              ),
            ),
          ([cases, smoothing, asNumbers]) => {
            const before = alive()
            tf.tidy(() => {
              const x = cases.map(([row]) => row.map(Math.fround))
              const classes = (x[0] as number[]).length
              const probabilities = cases.map(([, row, label]) => {
                if (asNumbers) return row.map((_, k) => (k === label ? 1 : 0))
                const sum = row.reduce((s, a) => s + Math.exp(a), 0)
                return row.map((a) => Math.exp(a) / sum)
              })
              const q = probabilities.map((row) => row.map((p) => (1 - smoothing) * p + smoothing / classes))
              const expected = meaning(x, q)
              const logits = tf.tensor2d(x)
              const labels = asNumbers
                ? tf.tensor1d(
                    cases.map(([, , label]) => label),
                    'int32',
                  )
                : tf.tensor2d(probabilities)
              const loss = crossEntropy(logits, labels, { smoothing })
              expect(loss.shape).toEqual([cases.length])
              const slope = grad((p: tf.Tensor) => crossEntropy(p, labels, { smoothing }).sum() as tf.Scalar)(logits)
              for (const [i, row] of expected.entries()) {
                expect(Math.abs((loss.dataSync()[i] as number) - row.loss)).toBeLessThan(1e-5 * (1 + row.loss))
                for (const [k, s] of row.slope.entries())
                  expect(Math.abs((slope.dataSync()[i * classes + k] as number) - s)).toBeLessThan(2e-6)
              }
            })
            expect(alive()).toEqual(before)
          },
        ),
        { numRuns: 60 },
      )
    })

    test('has the second derivative diag(p) − p pᵀ, and none by its labels but −log p', () => {
      tf.tidy(() => {
        const x = tf.tensor2d([[0.3, -1, 2, 0.5]])
        const labels = tf.tensor1d([2], 'int32')
        const v = tf.tensor2d([[1, -2, 0.5, 3]])
        const f = (p: tf.Tensor2D) => crossEntropy(p, labels, { smoothing: 0.2 }).sum() as tf.Scalar
        const p = tf.softmax(x)
        const expected = p.mul(v).sub(p.mul(p.mul(v).sum()))
        expect(distance(hvp(f)(x, v), expected)).toBeLessThan(1e-6)
        const q = tf.tensor2d([[0.1, 0.2, 0.3, 0.4]])
        const byLabel = grad((r: tf.Tensor2D) => crossEntropy(x, r).sum() as tf.Scalar)(q)
        expect(distance(byLabel, tf.logSoftmax(x).neg())).toBeLessThan(1e-6)
      })
    })

    test('is finite for large logits, and lets a mask of −∞ through', () => {
      tf.tidy(() => {
        const x = tf.tensor2d([
          [1e38, -1e38, 0],
          [1e4, 1e4, -1e4],
          [0, Number.NEGATIVE_INFINITY, 1],
        ])
        const labels = tf.tensor1d([0, 1, 2], 'int32')
        const [a, b, c] = crossEntropy(x, labels).dataSync()
        expect([a, b]).toEqual([0, Math.fround(Math.LN2)])
        expect(c).toBeCloseTo(Math.log1p(Math.exp(-1)), 6)
        const slope = grad((p: tf.Tensor) => crossEntropy(p, labels).sum() as tf.Scalar)(x)
        expect(slope.dataSync().every(Number.isFinite)).toBe(true)
      })
    })

    test('takes any rank, and tells mistakes', () => {
      const before = alive()
      const x = normal([2, 3, 4], gaussian(1))
      const labels = tf.tensor2d(
        [
          [0, 1, 2],
          [3, 0, 1],
        ],
        [2, 3],
        'int32',
      )
      const loss = crossEntropy(x, labels)
      expect(loss.shape).toEqual([2, 3])
      const row = tf.tensor1d([1, 2])
      const cases: readonly (readonly [() => unknown, string])[] = [
        [() => crossEntropy(x, row), 'crossEntropy: float32 labels are [2], expected [2,3,4]'],
        [() => crossEntropy(row, labels), 'crossEntropy: int32 labels are [2,3], expected []'],
        [() => crossEntropy(loss.sum(), labels), 'crossEntropy: logits are [], expected rows of at least one class'],
        [
          () => crossEntropy(x, labels.cast('bool')),
          'crossEntropy: labels are bool, expected int32 class numbers or float32 probabilities',
        ],
        [() => crossEntropy(x, 3 as never), 'crossEntropy: labels are 3, expected a tensor'],
        [() => crossEntropy(x, labels, { smoothing: 2 }), 'crossEntropy: smoothing is 2, expected 0 ≤ smoothing ≤ 1'],
      ]
      for (const [run, message] of cases)
        tf.tidy(() => {
          expect(run).toThrow(new TypeError(message))
        })
      tree.dispose([x, labels, loss, row])
      expect(alive()).toEqual(before)
    })
  })
})
