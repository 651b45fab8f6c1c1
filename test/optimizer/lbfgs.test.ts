import * as tf from '@tensorflow/tfjs'
import { chain, lbfgs, lineSearch, type Optimizer, sgd, tree, valueAndGrad } from 'gradus'
import { optax } from 'gradus/presets'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Wolfe, wolfe } from '../../src/optimizer/wolfe.ts'
import { alive, backends } from '../backends.ts'

type P = { x: tf.Tensor }
type Loss = (params: P) => tf.Scalar

/** ½ Σ kₖ (x − 1)², with curvatures from 1 to 30. */
const n = 8
const curvatures = tf.util.createShuffledIndices(n)
const quadratic: Loss = ({ x }) => {
  const k = tf.tensor1d(Array.from(curvatures, (i) => 30 ** (i / (n - 1))))
  return x.sub(1).square().mul(k).sum().mul(0.5)
}
const rosenbrock: Loss = ({ x }) => {
  const [a, b] = [tf.slice(x, [0], [1]), tf.slice(x, [1], [1])]
  return tf.add(b.sub(a.square()).square().mul(100), tf.sub(1, a).square()).sum() as tf.Scalar
}

/** The loss after each update. */
const descend = (optimizer: Optimizer, loss: Loss, start: readonly number[], steps: number): readonly number[] => {
  const evaluate = (params: P) =>
    tf.tidy(() => {
      const [value, grad] = valueAndGrad(loss)(params)
      return [value.dataSync()[0] as number, tree.map((g) => tf.keep(g as tf.Tensor), grad) as P] as const
    })
  let params: P = { x: tf.tensor1d([...start]) }
  let state = optimizer.init(params)
  const losses: number[] = []
  for (let t = 1; t <= steps; t++) {
    const [, grad] = evaluate(params)
    const given: tf.Tensor[] = []
    const [next, delta] = optimizer.update(state, grad, t, {
      params,
      evaluate: (at) => {
        const [value, g] = evaluate(at)
        given.push(g.x)
        return [value, g] as const
      },
    })
    const moved = tree.add(params, delta)
    tree.dispose([state, params, grad, delta, given])
    params = moved
    state = next
    const [value, g] = evaluate(params)
    losses.push(value)
    tree.dispose(g)
  }
  tree.dispose([state, params])
  return losses
}

describe.each(backends)('on %s, lbfgs', (_, set) => {
  beforeAll(set)

  test('is at the minimum of a quadratic after few more steps than it has dimensions', () => {
    const before = alive()
    const losses = descend(lbfgs({ memory: n, curvature: 1e-3 }), quadratic, Array(n).fill(3), n + 6)
    expect(losses.at(-1)).toBeLessThan(1e-7)
    expect(alive()).toEqual(before)
  })

  test('stays at the minimum, where products of differences are no numbers of float32 any more', () => {
    const losses = descend(
      lbfgs(),
      ({ x }) =>
        x
          .square()
          .mul(tf.range(1, n + 1))
          .sum(),
      Array(n).fill(3),
      60,
    )
    expect(losses.at(-1)).toBe(0)
  })

  test('walks down the valley of Rosenbrock, and never up', () => {
    const losses = descend(lbfgs(), rosenbrock, [-1.2, 1], 45)
    expect(losses.every((x, i) => i === 0 || x <= (losses[i - 1] as number))).toBe(true)
    expect(losses.at(-1)).toBeLessThan(1e-8)
  })

  test('steps by lr without a function to evaluate', () => {
    const optimizer = lbfgs({ lr: 0.5 })
    const params = { x: tf.tensor1d([1, 2]) }
    const grad = { x: tf.tensor1d([3, 4]) }
    const state = optimizer.init(params)
    const [, delta] = optimizer.update(state, grad, 1, { params })
    // The first direction is of length 1.
    expect(Array.from(delta.x.dataSync())).toEqual(
      [-Math.fround(0.3), -Math.fround(0.4)].map((x) => expect.closeTo(x, 6)),
    )
  })

  test('needs one, or to be told that there is none, in Optax', () => {
    const params = { x: tf.tensor1d([1, 2]) }
    const optimizer = optax.lbfgs()
    expect(() => optimizer.update(optimizer.init(params), params, 1, { params })).toThrow(
      'optax.scaleByZoomLinesearch: evaluate is missing',
    )
  })
})

test('a line search makes a bold descent safe', () => {
  const losses = descend(chain(sgd({ lr: 100 }), lineSearch()), quadratic, Array(n).fill(3), 60)
  expect(losses.every((x, i) => i === 0 || x <= (losses[i - 1] as number))).toBe(true)
  expect(losses.at(-1)).toBeLessThan(0.01)
})

describe('wolfe', () => {
  const options: Wolfe = {
    first: 1,
    longest: Infinity,
    maxSteps: 30,
    growth: 2,
    decrease: 1e-4,
    curvature: 0.9,
    slack: undefined,
    tolerance: 0,
    precision: 1e-12,
  }

  test.each([
    ['a parabola, from far too near', (a: number) => [(a - 500) ** 2, 2 * (a - 500)] as const],
    ['a parabola, from far too far', (a: number) => [(a - 1e-4) ** 2, 2 * (a - 1e-4)] as const],
    [
      'a quartic with two minima',
      (a: number) => [a ** 4 - 3 * a ** 3 + a ** 2 - a, 4 * a ** 3 - 9 * a ** 2 + 2 * a - 1] as const,
    ],
    ['a function that ends', (a: number) => [-Math.sqrt(0.3 - a) - 2 * a, 0.5 / Math.sqrt(0.3 - a) - 2] as const],
  ])('satisfies both conditions on %s', (_, f) => {
    const at = (a: number) => ({ value: f(a)[0], slope: f(a)[1] })
    const start = at(0)
    const tight = { ...options, curvature: 0.1 }
    const { step, low } = wolfe(at, start, tight)
    expect(low).toBe(true)
    expect(step).toBeGreaterThan(0)
    expect(at(step).value).toBeLessThanOrEqual(start.value + 1e-4 * step * start.slope)
    expect(Math.abs(at(step).slope)).toBeLessThanOrEqual(0.1 * Math.abs(start.slope))
  })

  test('makes no step where none is lower', () => {
    expect(wolfe((a) => ({ value: a, slope: 1 }), { value: 0, slope: -1 }, options).low).toBe(false)
    expect(wolfe(() => ({ value: NaN, slope: NaN }), { value: 0, slope: -1 }, options)).toEqual({ step: 0, low: false })
  })
})
