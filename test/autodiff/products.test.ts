import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { grad, hessian, hvp, jacobian, jvp, tree, vjp } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { distance } from '../close.ts'
import {
  dot,
  type Function,
  functions,
  gap,
  largest,
  like,
  type Params,
  paramsFrom,
  rest,
  scalarFunctions,
  seeds,
  times,
} from './functions.ts'

/** float32 through some ten operations. */
const CLOSE = 1e-4

const close = (a: { value: number; size: number }, b: { value: number; size: number }) =>
  expect(Math.abs(a.value - b.value)).toBeLessThan(CLOSE * (1 + a.size + b.size))

/** Runs a body in which every tensor that is left over would show. */
const balanced = (body: () => void) => {
  const before = alive()
  tf.tidy(body)
  expect(alive()).toEqual(before)
}

describe.each(backends)('on %s,', (_, set) => {
  beforeAll(set)

  test('⟨u, J v⟩ = ⟨Jᵀu, v⟩, and both come with the value', () => {
    fc.assert(
      fc.property(functions, seeds, (f, seed) =>
        balanced(() => {
          const [params, x] = [paramsFrom(seed), rest()]
          const v = like(params, seed + 1)
          const [value, pullback] = vjp(f)(params, x)
          const u = like(value, seed + 2)
          const [same, out] = jvp(f)(params, v, x)
          expect(distance(same, value)).toBe(0)
          expect(distance(value, f(params, x))).toBe(0)
          close(dot(u, out), dot(pullback(u), v))
        }),
      ),
      { numRuns: 60 },
    )
  })

  test('J and Jᵀ are linear', () => {
    fc.assert(
      fc.property(functions, seeds, fc.constantFrom(-2, 0.5, 3), (f, seed, factor) =>
        balanced(() => {
          const [params, x] = [paramsFrom(seed), rest()]
          const [v, w] = [like(params, seed + 1), like(params, seed + 2)]
          const j = (direction: Params) => jvp(f)(params, direction, x)[1]
          const [jv, jw] = [times(j(v), factor), j(w)]
          const scale = CLOSE * (1 + largest([jv, jw]))
          expect(gap(j(tree.add(times(v, factor), w)), tree.add(jv, jw))).toBeLessThan(scale)
          const [value, pullback] = vjp(f)(params, x)
          const [u, r] = [like(value, seed + 3), like(value, seed + 4)]
          const [bu, br] = [times(pullback(u), factor), pullback(r)]
          const back = CLOSE * (1 + largest([bu, br]))
          expect(gap(pullback(tree.add(times(u, factor), r)), tree.add(bu, br))).toBeLessThan(back)
        }),
      ),
      { numRuns: 30 },
    )
  })

  test('J v is the slope along v, by central differences', () => {
    fc.assert(
      fc.property(functions, seeds, (f, seed) =>
        balanced(() => {
          const [params, x] = [paramsFrom(seed), rest()]
          const v = like(params, seed + 1)
          const h = 2 ** -7
          const at = (k: number) => f(tree.add(params, times(v, k * h)), x)
          const step = (k: number) => times(tree.add(at(k), times(at(-k), -1)), 1 / (2 * k * h))
          // Richardson: the third derivative cancels out.
          const slope = tree.add(times(step(1), 4 / 3), times(step(2), -1 / 3))
          const [, out] = jvp(f)(params, v, x)
          expect(gap(out, slope)).toBeLessThan(1e-2 * (1 + largest(slope)))
        }),
      ),
      { numRuns: 40 },
    )
  })

  test('the gradient is the pullback of 1', () => {
    fc.assert(
      fc.property(scalarFunctions, seeds, (f, seed) =>
        balanced(() => {
          const [params, x] = [paramsFrom(seed), rest()]
          const [, pullback] = vjp(f)(params, x)
          expect(distance(pullback(tf.scalar(1)), grad(f)(params, x))).toBe(0)
        }),
      ),
      { numRuns: 30 },
    )
  })

  test('the Hessian is symmetric, and hvp is its product', () => {
    fc.assert(
      fc.property(scalarFunctions, seeds, (f, seed) =>
        balanced(() => {
          const [params, x] = [paramsFrom(seed), rest()]
          const [v, w] = [like(params, seed + 1), like(params, seed + 2)]
          const [hv, hw] = [hvp(f)(params, v, x), hvp(f)(params, w, x)]
          close(dot(w, hv), dot(hw, v))
          // Forward over reverse says the same.
          const [, along] = jvp(grad(f))(params, v, x)
          for (const [i, a] of tree.tensors(along).entries())
            close(dot(a, tree.tensors(w)[i]), dot(tree.tensors(hv)[i], tree.tensors(w)[i]))
        }),
      ),
      { numRuns: 30 },
    )
    fc.assert(
      fc.property(scalarFunctions, seeds, (f, seed) =>
        balanced(() => {
          const [{ w, s }, x] = [paramsFrom(seed), rest()]
          const small = { w, s }
          const g = (p: typeof small, x: tf.Tensor1D) => f({ ...paramsFrom(seed), ...p }, x)
          const v = like(small, seed + 1)
          const h = hessian(g)(small, x)
          expect([h.w.w.shape, h.w.s.shape, h.s.w.shape, h.s.s.shape]).toEqual([[3, 3, 3, 3], [3, 3], [3, 3], []])
          const flat = tf.concat([
            tf.concat([h.w.w.reshape([9, 9]), h.w.s.reshape([9, 1])], 1),
            tf.concat([h.s.w.reshape([1, 9]), h.s.s.reshape([1, 1])], 1),
          ])
          expect(gap(flat.transpose(), flat as tf.Tensor)).toBeLessThan(CLOSE * (1 + largest(flat)))
          const product = flat.matMul(tf.concat([v.w.reshape([9, 1]), v.s.reshape([1, 1])])).reshape([10])
          const hv = hvp(g)(small, v, x)
          const found = tf.concat([hv.w.reshape([9]), hv.s.reshape([1])])
          expect(gap(found, product)).toBeLessThan(CLOSE * 10 * (1 + largest(flat)))
        }),
      ),
      { numRuns: 8 },
    )
  })

  test('the Jacobian of a linear map is the map', () =>
    balanced(() => {
      const a = tf.tensor2d([
        [1, 2, 3],
        [4, 5, 6],
      ])
      const f = ({ x }: { x: tf.Tensor1D }, m: tf.Tensor2D) =>
        [m.matMul(x.reshape([3, 1])).reshape([2]), x.mul(2)] as const
      const [first, second] = jacobian(f)({ x: tf.tensor1d([7, 8, 9]) }, a)
      expect(distance(first.x, a)).toBe(0)
      expect(second.x.arraySync()).toEqual([
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
      ])
    }))

  test('the Jacobian is J at every direction, with empty blocks where there is nothing', () => {
    fc.assert(
      fc.property(functions, seeds, (f, seed) =>
        balanced(() => {
          const [params, x] = [paramsFrom(seed), rest()]
          const v = like(params, seed + 1)
          const j = jacobian(f)(params, x)
          expect(j.whole.layers[0]?.b.shape).toEqual([3, 3, 3])
          expect(j.whole.empty.shape).toEqual([3, 3, 0, 2])
          expect(j.empty.s.shape).toEqual([0, 2])
          expect(j.more[1].w.shape).toEqual([3, 3])
          const [, out] = jvp(f)(params, v, x)
          for (const [k, row] of [j.whole, j.more[0], j.more[1]].entries()) {
            const y = [out.whole, out.more[0], out.more[1]][k] as tf.Tensor
            const sum = tree.tensors(row).reduce(
              (total, block, i) => {
                const n = (tree.tensors(v)[i] as tf.Tensor).size
                if (n === 0) return total
                return total.add(block.reshape([y.size, n]).matMul((tree.tensors(v)[i] as tf.Tensor).reshape([n, 1])))
              },
              tf.zeros([y.size, 1]),
            )
            expect(gap(sum.reshape(y.shape), y)).toBeLessThan(CLOSE * 10 * (1 + largest(row)))
          }
        }),
      ),
      { numRuns: 5 },
    )
  })

  test('what is differentiated within what is differentiated is not taken for it', () =>
    balanced(() => {
      const x = tf.scalar(3)
      // d/dx (x · d/dy (x y)) = d/dx x², though x and y are one tensor.
      const inner = (p: tf.Scalar) => p.mul(grad((q: tf.Scalar) => q.mul(p) as tf.Scalar)(p)) as tf.Scalar
      expect(grad(inner)(x).dataSync()[0]).toBe(6)
      expect(grad((q: tf.Scalar) => q.mul(x) as tf.Scalar)(x).dataSync()[0]).toBe(3)
      const third = grad(grad(grad((p: tf.Scalar) => p.mul(p).mul(p).mul(p) as tf.Scalar)))
      expect(third(x).dataSync()[0]).toBe(72)
    }))

  test('each stands in each other, and under plain tf.grad', () =>
    balanced(() => {
      const x = tf.tensor1d([0.3, -0.8])
      const cube = (p: tf.Tensor1D) => p.mul(p).mul(p).sum() as tf.Scalar
      const ones = tf.onesLike(x)
      const expected = x.mul(6)
      const second = [
        hvp(cube)(x, ones),
        jvp(grad(cube))(x, ones)[1],
        vjp(grad(cube))(x)[1](ones),
        grad((p: tf.Tensor1D) => grad(cube)(p).sum() as tf.Scalar)(x),
        grad((p: tf.Tensor1D) => jvp(cube)(p, ones)[1])(x),
        tf.grad((p) => vjp(cube)(p as tf.Tensor1D)[1](tf.scalar(1)).sum())(x),
        hessian(cube)(x).sum(1),
        jacobian(grad(cube))(x).sum(0),
        jacobian((p: tf.Tensor1D) => jvp(cube)(p, ones)[1])(x),
      ]
      for (const found of second) expect(distance(found, expected)).toBeLessThan(1e-6)
      expect(distance(hvp((p: tf.Tensor1D) => hvp(cube)(p, ones).sum() as tf.Scalar)(x, ones), tf.zeros([2]))).toBe(0)
    }))

  test('a gradient may be taken in a kernel, and in the gradient of one', () =>
    balanced(() => {
      const slope = (x: tf.Tensor) => grad((p: tf.Tensor) => p.square().mul(p).sum() as tf.Scalar)(x)
      const op = tf.customGrad((x) => ({
        value: slope(x as tf.Tensor),
        gradFunc: (dy) => dy.mul(slope(x as tf.Tensor)),
      }))
      const x = tf.tensor1d([2, -1])
      // 3x² forward, and 3x² for its gradient, by decree.
      expect(op(x).arraySync()).toEqual([12, 3])
      expect(grad((p: tf.Tensor) => op(p).sum().add(p.sum()) as tf.Scalar)(x).arraySync()).toEqual([13, 4])
      expect(
        tf
          .grad((p) => op(p).sum().add(p.sum()))(x)
          .arraySync(),
      ).toEqual([13, 4])
    }))

  test('nothing is left where a function throws, and what was given is as it was', () => {
    const params = paramsFrom(1)
    const x = rest()
    const f: Function = (p) => {
      tf.sin(p.w.square())
      throw new RangeError('no value today')
    }
    const g = f as unknown as (p: Params, x: tf.Tensor1D) => tf.Scalar
    const before = alive()
    const late: Function = (p, x) => (tf.memory().numTensors > before.tensors + 5 ? f(p, x) : values(p))
    const values = (p: Params) => ({ whole: p.w, more: [p.w.sum(0) as tf.Tensor1D, p.s] as const, empty: p.empty })
    const [value, pullback] = vjp(late)(params, x)
    const runs = [
      () => vjp(f)(params, x),
      () => pullback(value),
      () => jvp(f)(params, params, x),
      () => jvp(late)(params, params, x),
      () => hvp(g)(params, params, x),
      () => jacobian(f)(params, x),
      () => jacobian(late)(params, x),
      () => hessian(g)(params, x),
    ]
    for (const run of runs) expect(run).toThrow('no value today')
    tree.dispose(value)
    expect(alive()).toEqual(before)
    expect(x.arraySync()).toEqual(rest().arraySync())
    expect(distance(params, paramsFrom(1))).toBe(0)
    tree.dispose([params, x])
  })

  test('mistakes are told in one line, and leave nothing', () => {
    const params = { a: tf.tensor1d([1, 2]), b: [tf.scalar(3)] }
    type P = typeof params
    const before = alive()
    const f = (p: P) => ({ y: p.a.mul(p.b[0] as tf.Scalar) })
    const loss = (p: P) => p.a.sum() as tf.Scalar
    const short = { ...params, a: tf.tensor1d([1]) }
    const whole = { ...params, b: [tf.scalar(1, 'int32')] }
    const cases: readonly (readonly [() => unknown, string])[] = [
      [() => jvp(f)(params, short), 'jvp: leaf "a" of the tangent is [1], expected [2]'],
      [() => jvp(f)(params, whole as P), 'jvp: leaf "b.0" of the tangent is int32, expected a float32 tensor'],
      [() => jvp(f)(params, { a: params.a } as P), 'jvp: branch "b" of the tangent is missing'],
      [() => jvp(f)(whole as P, params), 'jvp: leaf "b.0" of params is int32, expected a float32 tensor'],
      [() => hvp(loss)(params, short), 'hvp: leaf "a" of the vector is [1], expected [2]'],
      [
        () => hvp(f as never)(params, params),
        'hvp: the function returned an object with 1 keys, expected a scalar tensor',
      ],
      [() => vjp(f)(params)[1]({ y: params.b[0] as never }), 'vjp: leaf "y" of the cotangent is [], expected [2]'],
      [
        () => vjp(f)(params)[1](params.a as never),
        'vjp: branch "" of the cotangent is a Tensor, expected an object with 1 keys',
      ],
      [() => vjp(() => ({ n: 3 }))(params), 'vjp: leaf "n" of the function\'s result is 3, expected a float32 tensor'],
      [
        () => jvp(() => [undefined])(params, params),
        'jvp: leaf "0" of the function\'s result is undefined, expected a float32 tensor',
      ],
      [
        () => jacobian((p: P) => p.a.greater(0))(params),
        'jacobian: leaf "" of the function\'s result is bool, expected a float32 tensor',
      ],
      [
        () => hessian((p: P) => p.a as never)(params),
        'hessian: the function returned a tensor of shape [2], expected a scalar: use .mean() or .sum()',
      ],
    ]
    for (const [run, message] of cases) {
      const here = alive()
      tf.tidy(() => {
        expect(run).toThrow(new TypeError(message))
      })
      expect(alive()).toEqual(here)
    }
    const gone = { a: tf.tensor1d([1, 2]) }
    const [value, pullback] = vjp((p: typeof gone) => p.a.mul(2))(gone)
    tree.dispose(gone)
    expect(() => pullback(value)).toThrow('vjp: leaf "a" of params is disposed, expected a float32 tensor')
    tree.dispose([value, short.a, whole.b])
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })
})
