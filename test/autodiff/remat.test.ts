import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { gelu, grad, hvp, jvp, remat, tree, valueAndGrad, vjp } from 'gradus'
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { distance } from '../close.ts'
import { gaussian, normal } from '../random.ts'
import { functions, gap, largest, like, type Params, paramsFrom, rest, scalarFunctions, seeds } from './functions.ts'

interface Layer {
  readonly w: tf.Tensor2D
  readonly b: tf.Tensor1D
}

const layers = (n: number, seed: number): readonly Layer[] => {
  const next = gaussian(seed)
  return Array.from({ length: n }, () => ({
    w: normal([8, 8], next, 0.3) as tf.Tensor2D,
    b: normal([8], next, 0.3) as tf.Tensor1D,
  }))
}

const block = ({ w, b }: Layer, x: tf.Tensor2D): tf.Tensor2D => {
  const h = gelu(tf.matMul(x, w).add(b))
  return tf.sin(h.mul(h).add(x)).mul(0.9).add(x) as tf.Tensor2D
}

/** Sums are added up in another order. */
const near = <T>(found: T, expected: T) => expect(gap(found, expected)).toBeLessThan(1e-5 * (1 + largest(expected)))

describe.each(backends)('on %s, remat(f)', (_, set) => {
  beforeAll(set)

  test('is f in value, gradient, and every product with its derivatives', () => {
    fc.assert(
      fc.property(functions, scalarFunctions, seeds, (f, g, seed) => {
        const before = alive()
        tf.tidy(() => {
          const [params, x] = [paramsFrom(seed), rest()]
          const v = like(params, seed + 1)
          const [again, loss] = [remat(f), remat(g)]
          expectTypeOf(again).toEqualTypeOf<(p: Params, x: tf.Tensor1D) => ReturnType<typeof f>>()
          expect(distance(again(params, x), f(params, x))).toBe(0)
          near(jvp(again)(params, v, x), jvp(f)(params, v, x))
          const [value, pullback] = vjp(f)(params, x)
          const u = like(value, seed + 2)
          near(vjp(again)(params, x)[1](u), pullback(u))
          near(valueAndGrad(loss)(params, x), valueAndGrad(g)(params, x))
          near(hvp(loss)(params, v, x), hvp(g)(params, v, x))
          const mixed = (p: Params) =>
            g(p, again(p, x).more[0]).add(loss(p, p.layers[0]?.b as tf.Tensor1D)) as tf.Scalar
          const plain = (p: Params) => g(p, f(p, x).more[0]).add(g(p, p.layers[0]?.b as tf.Tensor1D)) as tf.Scalar
          near(grad(mixed)(params), grad(plain)(params))
        })
        expect(alive()).toEqual(before)
      }),
      { numRuns: 25 },
    )
  })

  /** Tensors and bytes that are alive when the way back begins. */
  const kept = (f: typeof block, nested = false) => {
    const all = layers(6, 1)
    const x = normal([5, 8], gaussian(2)) as tf.Tensor2D
    const before = tf.memory()
    let between = before
    const probe = tf.customGrad((y) => ({
      value: (y as tf.Tensor).clone(),
      gradFunc: (dy) => {
        between = tf.memory()
        return dy
      },
    }))
    const whole = (p: typeof all) => p.reduce((h, layer) => f(layer, h), x)
    const outer = nested ? remat(whole) : whole
    const g = grad((p: typeof all) => probe(outer(p).square().mean()) as tf.Scalar)(all)
    const numbers = tree.tensors(g).map((leaf) => [...leaf.dataSync()])
    tree.dispose(g)
    expect(tf.memory().numTensors).toBe(before.numTensors)
    tree.dispose([all, x])
    return { tensors: between.numTensors - before.numTensors, bytes: between.numBytes - before.numBytes, numbers }
  }

  test('keeps less between the way there and the way back', () => {
    const [plain, less, least] = [kept(block), kept(remat(block)), kept(remat(block), true)]
    expect(less.tensors).toBeLessThan(plain.tensors / 2)
    expect(less.bytes).toBeLessThan(plain.bytes / 1.5)
    expect(least.tensors).toBeLessThan(less.tensors)
    for (const { numbers } of [less, least])
      for (const [i, leaf] of numbers.entries())
        for (const [j, value] of leaf.entries()) expect(value).toBeCloseTo(plain.numbers[i]?.[j] as number, 6)
  })

  test('is evaluated once where nothing is differentiated, and twice where it is', () => {
    let count = 0
    const f = remat((x: tf.Tensor1D) => {
      count++
      return x.square()
    })
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2])
      f(x)
      expect(count).toBe(1)
      expect(grad((p: tf.Tensor1D) => f(p).sum() as tf.Scalar)(x).arraySync()).toEqual([2, 4])
      expect(count).toBe(3)
      expect(
        tf
          .grad((p) => f(p as tf.Tensor1D).sum())(x)
          .arraySync(),
      ).toEqual([2, 4])
    })
  })

  test('takes numbers and integers among its arguments, and constants from around it', () => {
    const before = alive()
    tf.tidy(() => {
      const constant = tf.tensor1d([10, 20])
      const ids = tf.tensor1d([1, 0], 'int32')
      const f = remat((p: { x: tf.Tensor1D }, q: readonly [tf.Tensor1D, number]) => ({
        y: [p.x.mul(constant).mul(q[0].cast('float32')).mul(q[1])],
      }))
      const loss = (p: { x: tf.Tensor1D }) => f(p, [ids, 3]).y[0]?.sum() as tf.Scalar
      expect(grad(loss)({ x: tf.tensor1d([1, 2]) }).x.arraySync()).toEqual([30, 0])
    })
    expect(alive()).toEqual(before)
  })

  test('says what it may not close over, and leaves nothing', () => {
    const before = alive()
    const x = tf.tensor1d([1, 2])
    const start = tf.tensor1d([3, 4])
    const v = tf.variable(start)
    const during = alive()
    const sum = (y: tf.Tensor) => y.sum() as tf.Scalar
    const expected = 'expected it among its arguments: it would get no gradient'
    const made = `remat: the function closes over a tensor of shape [2] that was made since the derivative began, ${expected}`
    const cases: readonly (readonly [() => unknown, string])[] = [
      [() => grad((p: tf.Tensor1D) => sum(remat((q: tf.Tensor1D) => q.mul(p))(p)))(x), made],
      [
        () =>
          grad((p: tf.Tensor1D) => {
            const h = p.square()
            return sum(remat((q: tf.Tensor1D) => q.mul(h))(p))
          })(x),
        made,
      ],
      [() => grad((p: tf.Tensor1D) => sum(remat(() => p.square())()))(x), made],
      [
        () => grad((p: tf.Tensor1D) => sum(remat((q: tf.Tensor1D) => q.mul(v))(p)))(x),
        `remat: the function closes over the variable "${v.name}", ${expected}`,
      ],
      [
        () => grad((p: tf.Tensor1D) => sum(remat((q: tf.Tensor1D) => [q, 3] as never)(p)))(x),
        'remat: leaf "1" of the function\'s result is 3, expected a float32 tensor',
      ],
      [() => remat(() => 3)(), 'remat: leaf "" of the function\'s result is 3, expected a float32 tensor'],
      [
        () =>
          grad((p: tf.Tensor1D) =>
            sum(
              remat((q: tf.Tensor1D): tf.Tensor => {
                q.sin()
                throw new TypeError('no')
              })(p),
            ),
          )(x),
        'no',
      ],
    ]
    for (const [run, message] of cases) {
      expect(run).toThrow(new TypeError(message))
      expect(alive()).toEqual(during)
    }
    // An argument is none of these.
    const g = grad((p: { x: tf.Tensor1D; v: tf.Tensor1D }) =>
      sum(remat((q: tf.Tensor1D, w: tf.Tensor1D) => q.mul(w))(p.x, p.v)),
    )
    const found = g({ x, v: v as unknown as tf.Tensor1D })
    expect(found.v.arraySync()).toEqual([1, 2])
    tree.dispose(found)
    tree.dispose([v, x, start])
    expect(alive()).toEqual(before)
  })
})
