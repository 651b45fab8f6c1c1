import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { type Expr, elementwise, grad, hvp, sumOver, tree } from 'gradus'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { derivative } from '../../src/expr/derivative.ts'
import { variable } from '../../src/expr/expr.ts'
import { substitute } from '../../src/expr/fold.ts'
import { number } from '../../src/expr/number.ts'
import { alive, backends } from '../backends.ts'
import { distance } from '../close.ts'
import { formulas } from '../expr/formulas.ts'
import { gaussian, normal } from '../random.ts'
import { seeds } from './functions.ts'

const NAMES = ['x', 'y', 'z'] as const

/** On small integers these are exact in float32, so that a kernel must give what float64 gives. */
const exact = formulas(
  {
    variables: { x: 'element', y: 'element', z: 'element' },
    unary: ['neg', 'abs', 'sign', 'isFinite'],
    binary: ['add', 'sub', 'mul', 'min', 'max', 'gt', 'ge', 'lt', 'le', 'eq'],
    select: true,
  },
  3,
)

const opOf = (formula: Expr) => elementwise((x, y, z) => substitute({ x, y, z })(formula))

/** A shape, and three that can be broadcast to it; each of them may lack dimensions and have 1 in the place of others. */
const shapes = fc.array(fc.constantFrom(0, 1, 2, 3, 5, 40), { minLength: 0, maxLength: 4 }).chain((whole) => {
  const one = fc
    .tuple(fc.nat({ max: whole.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([drop, ones]) => whole.map((n, i) => (ones[i] ? 1 : n)).slice(drop))
  return fc.tuple(one, one, one)
})

const integers = (shape: readonly number[], next: () => number): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, () => Math.round(Math.max(-3, Math.min(3, 1.5 * next())))),
    [...shape],
  )
}

/** What a formula of float64 numbers gives at every place of the broadcast operands. */
const meant = (formula: Expr, operands: readonly tf.Tensor[]): { values: number[]; shape: number[] } =>
  tf.tidy(() => {
    const shape = operands.reduce<number[]>((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b.shape), [])
    const value = number(formula)
    const size = shape.reduce((a, b) => a * b, 1)
    const columns = operands.map((x) => {
      const strides = tf.util.computeStrides(x.shape).concat(x.rank > 0 ? [1] : [])
      const data = x.dataSync()
      return Array.from({ length: size }, (_, i) => {
        let rest = i
        let at = 0
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          const k = rest % (shape[axis] as number)
          rest = Math.floor(rest / (shape[axis] as number))
          const own = axis - shape.length + x.rank
          if (own >= 0 && x.shape[own] !== 1) at += k * (strides[own] as number)
        }
        return data[at] as number
      })
    })
    const values = Array.from({ length: size }, (_, i) =>
      value(Object.fromEntries(columns.map((column, k) => [NAMES[k], column[i] as number]))),
    )
    return { values, shape }
  })

const positive = (xs: ArrayLike<number>): number[] => Array.from(xs, (x) => x + 0)

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(backends)('on %s, an elementwise', (name, set) => {
  beforeAll(set)

  test('computes its formula, for any formula and shapes that can be broadcast', () => {
    fc.assert(
      fc.property(exact, shapes, seeds, (formula, [a, b, c], seed) => {
        const before = alive()
        const next = gaussian(seed)
        const operands = [a, b, c].map((shape) => integers(shape, next)) as [tf.Tensor, tf.Tensor, tf.Tensor]
        const copies = operands.map((x) => [...x.dataSync()])
        const found = opOf(formula)(...operands)
        const { values, shape } = meant(formula, operands)
        expect(found.shape).toEqual(shape)
        expect(found.dtype).toBe('float32')
        expect(positive(found.dataSync())).toEqual(positive(values))
        expect(operands.map((x) => [...x.dataSync()])).toEqual(copies)
        tree.dispose([found, operands])
        expect(alive()).toEqual(before)
      }),
      { numRuns: 150 },
    )
  })

  test('has the gradient of its formula, summed where an operand was broadcast', () => {
    fc.assert(
      fc.property(exact, shapes, seeds, (formula, [a, b, c], seed) => {
        const before = alive()
        const next = gaussian(seed)
        const operands = [a, b, c].map((shape) => integers(shape, next)) as [tf.Tensor, tf.Tensor, tf.Tensor]
        const op = opOf(formula)
        const loss = (p: typeof operands) => op(...p).sum() as tf.Scalar
        const found = grad(loss)(operands)
        for (const [k, x] of operands.entries()) {
          const slope = derivative(formula, NAMES[k] as string)
          const { values, shape } = meant(slope, operands)
          const expected = tf.tidy(() => {
            const axes = shape.flatMap((n, axis) => ((x.shape[axis - shape.length + x.rank] ?? 1) === n ? [] : [axis]))
            return values.length === 0
              ? tf.zeros(x.shape)
              : tf.tensor(values, shape, 'float32').sum(axes).reshape(x.shape)
          })
          expect((found[k] as tf.Tensor).shape).toEqual(x.shape)
          expect(distance(found[k], expected)).toBeLessThan(1e-5)
          expected.dispose()
        }
        // The tape's own door, by the first two; and again, now that both are known to be asked for.
        const [dx, dy] = tf.grads((x: tf.Tensor, y: tf.Tensor) => op(x, y, operands[2]).sum())([
          operands[0],
          operands[1],
        ])
        expect(distance([dx, dy], [found[0], found[1]])).toBeLessThan(1e-6)
        tree.dispose([operands, found, dx, dy])
        expect(alive()).toEqual(before)
      }),
      { numRuns: 100 },
    )
  })

  test('has derivatives of any order: those of the formula, in float64', () => {
    const cases: readonly (readonly [string, (x: Expr) => Expr])[] = [
      ['exp', (x) => x.mul(0.5).exp()],
      ['log', (x) => x.square().add(1).log()],
      ['tanh', (x) => x.tanh()],
      ['erf', (x) => x.erf().mul(x)],
      ['pow', (x) => x.square().add(0.5).pow(1.5)],
      ['cube', (x) => x.pow(3)],
      ['sqrt', (x) => x.square().add(1).sqrt()],
      ['div', (x) => x.div(x.square().add(2))],
    ]
    const at = normal([21], gaussian(5))
    for (const [, f] of cases) {
      const before = alive()
      const op = elementwise(f)
      const orders = [(p: tf.Tensor) => op(p).sum() as tf.Scalar]
      let formula = f(variable('x', 'element'))
      for (let order = 1; order <= 3; order++) {
        const lower = orders[order - 1] as (p: tf.Tensor) => tf.Scalar
        formula = derivative(formula, 'x')
        const value = number(formula)
        const found = grad(lower)(at)
        const expected = Float64Array.from(at.dataSync(), (x) => value({ x }))
        expect(distance(found, expected)).toBeLessThan(2e-5)
        found.dispose()
        orders.push((p) => grad(lower)(p).sum() as tf.Scalar)
      }
      expect(alive()).toEqual(before)
    }
    at.dispose()
  })

  test('mixes with ops of tfjs, and agrees with the same written in them', () => {
    const before = alive()
    tf.tidy(() => {
      const next = gaussian(3)
      const p = { w: normal([6, 5], next), b: normal([5], next), scale: normal([], next) }
      const x = normal([7, 6], next)
      const gate = elementwise((a, b, s) => a.add(b).mul(s).square().add(a.mul(b)))
      const plain = (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) => a.add(b).mul(s).square().add(a.mul(b))
      const loss = (f: (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) => tf.Tensor) => (q: typeof p) =>
        f(tf.matMul(x as tf.Tensor2D, q.w as tf.Tensor2D), q.b, q.scale).mean() as tf.Scalar
      expect(distance(loss(gate)(p), loss(plain)(p))).toBeLessThan(1e-5)
      expect(distance(grad(loss(gate))(p), grad(loss(plain))(p))).toBeLessThan(1e-5)
      const v = { w: normal([6, 5], next), b: normal([5], next), scale: normal([], next) }
      expect(distance(hvp(loss(gate))(p, v), hvp(loss(plain))(p, v))).toBeLessThan(1e-5)
    })
    expect(alive()).toEqual(before)
  })

  test('goes through tf.variableGrads and minimize', () => {
    const before = alive()
    const w = tf.variable(tf.tensor1d([2, -3]))
    const half = elementwise((x) => x.square().mul(0.5))
    const { value, grads } = tf.variableGrads(() => half(w).sum() as tf.Scalar)
    expect(value.dataSync()[0]).toBe(6.5)
    expect([...(grads[w.name] as tf.Tensor).dataSync()]).toEqual([2, -3])
    const sgd = tf.train.sgd(0.5)
    sgd.minimize(() => half(w).sum() as tf.Scalar)
    expect([...w.dataSync()]).toEqual([1, -1.5])
    sgd.dispose()
    w.dispose()
    tree.dispose([value, grads])
    // tfjs's optimizer keeps its rate.
    expect(alive().tensors - before.tensors).toBeLessThanOrEqual(1)
  })

  test('takes numbers in the place of tensors, and integers as float32', () => {
    const before = alive()
    tf.tidy(() => {
      const f = elementwise((x, y, z) => x.mul(y).sub(z))
      const x = tf.tensor1d([1, 2, 3])
      expect([...f(x, 2, 0.5).dataSync()]).toEqual([1.5, 3.5, 5.5])
      expect([...f(2, x, 0.5).dataSync()]).toEqual([1.5, 3.5, 5.5])
      expect(f(2, 3, 4).shape).toEqual([])
      expect(f(2, 3, 4).dataSync()[0]).toBe(2)
      expect([...f(tf.tensor1d([1, 2, 3], 'int32'), tf.tensor1d([true, false, true], 'bool'), 1).dataSync()]).toEqual([
        0, -1, 2,
      ])
      expect([...grad((p: tf.Tensor) => f(p, 3, p).sum() as tf.Scalar)(x).dataSync()]).toEqual([2, 2, 2])
      expect([...elementwise((x) => x)(x).dataSync()]).toEqual([1, 2, 3])
      expect([...elementwise(() => 3)().dataSync()]).toEqual([3])
      expect([...elementwise((_) => 3)(x).dataSync()]).toEqual([3, 3, 3])
      expect([...grad((p: tf.Tensor) => elementwise((_) => 3)(p).sum() as tf.Scalar)(x).dataSync()]).toEqual([0, 0, 0])
    })
    expect(alive()).toEqual(before)
  })

  test('gives a fresh tensor, and is at home in tidy', () => {
    const x = tf.tensor1d([1, 2])
    const same = elementwise((a) => a)
    const before = alive()
    tf.tidy(() => void same(x))
    expect(alive()).toEqual(before)
    const y = same(x)
    x.dispose()
    expect([...y.dataSync()]).toEqual([1, 2])
    y.dispose()
  })

  test('tells mistakes in one line, and leaves nothing', () => {
    const x = tf.tensor1d([1, 2])
    const other = variable('t', 'tree')
    const add = elementwise((a, b) => a.add(b), 'sum')
    const before = alive()
    const cases: readonly (readonly [() => unknown, string | RegExp])[] = [
      [
        () => elementwise((a) => sumOver('tensor', a)),
        /^elementwise: the formula has sumOver, expected a formula of its parameters, element by element$/,
      ],
      [() => elementwise((a) => a.mul(other)), /^elementwise: the formula has "t" of another one, expected/],
      [() => elementwise((a) => a.mul(x as never)), /^elementwise: a formula got object, expected a number or a term/],
      [
        () => elementwise(() => x as never),
        /^elementwise: the function gave a Tensor, expected a formula of its parameters$/,
      ],
      [
        () => elementwise((a) => ((a as never as number) > 0 ? a : a.neg())),
        /^elementwise: JavaScript asked "x0" of a formula for a value/,
      ],
      [
        () => add(x, tf.tensor1d([1, 2, 3])),
        'sum: shapes are [2] and [3], expected ones that can be broadcast together',
      ],
      [() => add(x, 'x' as never), 'sum: operand 1 is "x", expected a tensor or a number'],
      [() => (add as (a: tf.Tensor) => tf.Tensor)(x), 'sum: there are 1 operands, expected 2'],
      [() => add(x, tf.tensor(['a'])), 'sum: operand 1 is string, expected float32, int32 or bool'],
    ]
    for (const [run, message] of cases) {
      tf.tidy(() => {
        expect(run).toThrow(message)
      })
      expect(alive()).toEqual(before)
    }
    const gone = tf.scalar(1)
    gone.dispose()
    expect(() => add(x, gone)).toThrow('sum: operand 1 is disposed, expected a tensor or a number')
    x.dispose()
  })

  if (name === 'wasm') {
    test('is compiled once for each structure, whoever wrote it, forward and backward', () => {
      const compile = vi.spyOn(WebAssembly, 'Module')
      const x = tf.tensor2d([
        [1, 2, 3],
        [4, 5, 6],
      ])
      const make = (c: number) => elementwise((a, b) => a.mul(b).add(a.mul(b).sub(c).square()))
      const run = (f: ReturnType<typeof make>, b: tf.Tensor | number) =>
        tf.tidy(() => void grad((p: tf.Tensor) => f(p, b).sum() as tf.Scalar)(x))
      run(make(77), 2)
      const once = compile.mock.calls.length
      expect(once).toBe(2)
      run(make(77), 3)
      run(make(77), -1)
      expect(compile.mock.calls.length).toBe(once)
      run(make(78), 3)
      expect(compile.mock.calls.length).toBe(2 * once)
      x.dispose()
    })

    test('computes the partial derivatives that are asked for together in one kernel, from the second time on', async () => {
      const f = elementwise((a, b) => a.mul(b).mul(79))
      const p = { a: tf.tensor1d([1, 2, 3]), b: tf.tensor1d([4, 5, 6]), c: tf.tensor1d([7, 8, 9]) }
      const kernels = async (run: () => unknown) => {
        const { kernels } = await tf.profile(() => {
          tree.dispose(run())
          return tf.scalar(0)
        })
        return kernels.filter(({ name }) => name === 'GradusElementwise').length
      }
      const both = () => grad((q: typeof p) => f(q.a, q.b).sum() as tf.Scalar)(p)
      expect(await kernels(both)).toBe(3)
      expect(await kernels(both)).toBe(2)
      const one = () => grad((q: tf.Tensor) => f(q, p.b).sum() as tf.Scalar)(p.a)
      expect(await kernels(one)).toBe(2)
      expect(await kernels(one)).toBe(2)
      tree.dispose(p)
    })

    test('writes nothing but its outputs', () => {
      const f = elementwise((x, y) => x.mul(3).add(y))
      for (const [a, b] of [
        [[7], [7]],
        [[5, 9], [9]],
        [
          [5, 9],
          [5, 1],
        ],
        [[3, 40], [40]],
        [
          [3, 41],
          [3, 1],
        ],
        [
          [3, 1, 37],
          [5, 1],
        ],
      ] as const) {
        const before = alive()
        tf.tidy(() => {
          const next = gaussian(1)
          const [x, y] = [normal(a, next), normal(b, next)]
          const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b])
          // Holes of the output's size, between neighbours.
          const row = Array.from({ length: 24 }, () => tf.fill(shape, 7))
          for (const [i, hole] of row.entries()) if (i % 2 === 0) hole.dispose()
          const outs = Array.from({ length: 12 }, () => f(x, y))
          for (const [i, neighbour] of row.entries())
            if (i % 2 === 1) expect(neighbour.dataSync().every((value) => value === 7)).toBe(true)
          expect(distance(outs[5], x.mul(3).add(y))).toBeLessThan(1e-6)
          expect(outs.every((out) => distance(out, outs[0]) === 0)).toBe(true)
        })
        expect(alive()).toEqual(before)
      }
    })
  }
})
