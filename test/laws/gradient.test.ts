import * as tf from '@tensorflow/tfjs'
import { type Expr, select, valueAndGrad } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { slopeOf } from '../../laws/arithmetic/difference.ts'
import { autodiff } from '../../laws/gradient/autodiff.ts'
import { gradient, type OfGradient } from '../../laws/gradient/gradient.ts'
import { symbolic } from '../../laws/gradient/symbolic.ts'
import type { Law } from '../../laws/law.ts'
import { Refuted } from '../../laws/refuted.ts'
import { alive, backends, often, useBackend } from '../backends.ts'

type Loss = (x: tf.Tensor) => tf.Tensor

/** Smooth ones; with kinks, ties and flat parts; with a value that hides the slope; only there for some; and rough. */
const functions: Readonly<Record<string, Loss>> = {
  'Σ x²': (x) => x.square().sum(),
  'Σ x⁵': (x) => x.pow(5).sum(),
  'Σ eˣ': (x) => x.exp().sum(),
  'Σ tanh x': (x) => x.tanh().sum(),
  'Σ sin 30x': (x) => x.mul(30).sin().sum(),
  variance: (x) => tf.moments(x).variance,
  logSumExp: (x) => x.logSumExp(),
  product: (x) => x.prod(),
  norm: (x) => x.square().sum().sqrt(),
  'Σ 1/x': (x) => x.reciprocal().sum(),
  relu: (x) => x.relu().sum(),
  'Σ |x|': (x) => x.abs().sum(),
  clipped: (x) => x.clipByValue(-1, 1).sum(),
  maximum: (x) => x.max(),
  'x · relu y': (x) => x.mul(x.reverse().relu()).sum(),
  'Rosenbrock’s': (x) => {
    const [a, b] = [x.slice([0], [2]), x.slice([1], [2])]
    return b.sub(a.square()).square().mul(100).sum().add(a.sub(1).square().sum())
  },
  '1000 and a little': (x) => x.tanh().sum().add(1000),
  constant: (x) => x.mul(0).sum().add(1),
}

const gradientOf = (f: Loss, options?: OfGradient<tf.Tensor>): readonly Law[] =>
  gradient(f as (x: tf.Tensor) => tf.Scalar, options)

interface Network {
  readonly w: tf.Tensor2D
  readonly layers: readonly { readonly u: tf.Tensor2D; readonly b: tf.Tensor1D }[]
}

const inputs = [
  [1, 0, -2],
  [0, 1, 1],
  [2, -1, 0],
  [1, 1, 1],
  [-1, 2, 0],
  [0, 0, 1],
]
const labels = [0, 1, 2, 0, 1, 2]
const network =
  (activation: (x: tf.Tensor) => tf.Tensor) =>
  ({ w, layers: [layer] }: Network): tf.Scalar => {
    const h = activation(tf.matMul(tf.tensor2d(inputs), w)) as tf.Tensor2D
    const logits = tf.matMul(h, layer?.u as tf.Tensor2D).add(layer?.b as tf.Tensor1D)
    return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels, 'int32'), 3), logits)
  }
const activations = { relu: (x: tf.Tensor) => tf.relu(x), tanh: (x: tf.Tensor) => tf.tanh(x) }

describe.each(backends)('on %s', (_, set) => {
  beforeAll(set)

  describe.each(Object.entries(functions))('the gradient of %s', (_, f) => {
    for (const law of gradientOf(f)) test(law.name, () => law.assert({ numRuns: 30 }))
  })

  describe.each(Object.entries(activations))('the gradient of a small network with %s', (_, activation) => {
    const at = { w: [3, 5], layers: [{ u: [5, 3], b: [3] }] }
    for (const law of gradient(network(activation), { at, reach: 2 })) test(law.name, () => law.assert({ numRuns: 20 }))
  })

  describe('gradus’s valueAndGrad', () => {
    for (const law of autodiff(valueAndGrad)) test(law.name, () => law.assert(often))
  })

  test('nothing is left by them, where they hold and where they do not', () => {
    const at = { x: [2], y: [] }
    const f = ({ x, y }: { x: tf.Tensor; y: tf.Tensor }) => x.mul(y).sum().asScalar()
    const half = (p: { x: tf.Tensor; y: tf.Tensor }) => tf.tidy(() => ({ x: p.x.mul(0).add(p.y), y: p.x.sum().div(2) }))
    const before = alive()
    for (const law of [...gradient(f, { at }), ...autodiff(valueAndGrad), ...symbolic((x) => x.exp())])
      law.assert({ numRuns: 10 })
    expect(() => gradient(f, { at, grad: half })[0]?.assert()).toThrow(Refuted)
    expect(alive()).toEqual(before)
  })
})

const formulas: Readonly<Record<string, (...xs: readonly Expr[]) => Expr>> = {
  'x · tanh y': (x, y) => x.mul(y.tanh()),
  xʸ: (x, y) => x.pow(y),
  'erf x / (1 + y²)': (x, y) => x.erf().div(y.square().add(1)),
  'log |x|': (x) => x.abs().log(),
  'max(x, y) · min(x, z)': (x, y, z) => x.max(y).mul(x.min(z)),
  'x > y ? x² : eʸ': (x, y) => select(x.gt(y), x.square(), y.exp()),
  '√(1 + x²) · sign y': (x, y) => x.square().add(1).sqrt().mul(y.sign()),
}

describe.each(Object.entries(formulas))('the derivative of %s', (_, formula) => {
  beforeAll(useBackend)
  for (const law of symbolic(formula)) test(law.name, () => law.assert(often))
})

describe('laws of a gradient', () => {
  beforeAll(() => tf.setBackend('cpu'))

  test('do not ask for the function before they are asserted', () => {
    let asked = 0
    const f: Loss = (x) => {
      asked += 1
      return x.sum()
    }
    const laws = gradientOf(f)
    expect(asked).toBe(0)
    laws[0]?.assert({ numRuns: 1 })
    expect(asked).toBeGreaterThan(0)
  })

  test('of one’s own gradient are those of the gradient alone', () => {
    const [tape, own] = [gradientOf((x) => x.sum()), gradientOf((x) => x.sum(), { grad: (x) => tf.onesLike(x) })]
    expect(tape.map(({ name }) => name).slice(0, own.length)).toEqual(own.map(({ name }) => name))
    expect(tape.length).toBe(own.length + 2)
    for (const law of own) law.assert()
  })

  const told = (laws: readonly Law[], name: string): Refuted => {
    try {
      laws.find((law) => law.name === name)?.assert({ seed: 1 })
    } catch (thrown) {
      if (thrown instanceof Refuted) return thrown
      throw thrown
    }
    throw new Error(`"${name}" holds`)
  }

  test('are refuted by the simplest point, and the direction that shows it', () => {
    const grad = (x: tf.Tensor) => tf.tidy(() => x.mul(tf.tensor1d([2, 2, 1])))
    const { message, counterexample } = told(
      gradientOf((x) => x.square().sum(), { grad }),
      'the gradient is the slope',
    )
    expect(counterexample).toEqual({ theta: [0, 0, 1], u: [0, 0, 1] })
    expect(message).toMatch(/⟨∇f\(θ\), u⟩ came as 1, expected 2/)
  })

  test('have a leaf for each path in a counterexample', () => {
    const f = ({ w, b }: { w: tf.Tensor; b: tf.Tensor }) => w.sum().mul(b).asScalar()
    const grad = ({ w, b }: { w: tf.Tensor; b: tf.Tensor }) => tf.tidy(() => ({ w: w.mul(0).add(b), b: w.mean() }))
    const { message } = told(gradient(f, { at: { w: [2], b: [] }, grad }), 'the gradient is the slope')
    expect(message).toMatch(/^ {2}u {13}\{ w: \[0, 0\], b: 1 \}$/m)
  })

  test('are none at kinks, which simple numbers are full of: relu′(0) may be 0 and 1', () => {
    const relu: Loss = (x) => x.relu().sum()
    for (const grad of [(x: tf.Tensor) => x.greater(0), (x: tf.Tensor) => x.greaterEqual(0)])
      for (const law of gradientOf(relu, { grad: (x) => tf.tidy(() => grad(x).toFloat()) })) law.assert()
  })

  test('say so where nothing can be told: a function that is rough at every scale', () => {
    const { message } = told(
      gradientOf((x) => x.mul(1e5).sin().sum()),
      'the gradient is the slope',
    )
    expect(message).toMatch(/Nothing that could be tried was drawn/)
  })

  test('are asked around the tensors that are given, and no farther than is said', () => {
    const seen: number[] = []
    const f: Loss = (x) => {
      seen.push(...x.dataSync())
      return x.log().sum()
    }
    for (const law of gradientOf(f, { at: tf.tensor1d([3, 4]), reach: 1 })) law.assert({ numRuns: 20 })
    expect(Math.min(...seen)).toBeGreaterThan(1.2)
    expect(Math.max(...seen)).toBeLessThan(7)
  })

  test('refuse what tells no argument', () => {
    expect(() => gradientOf((x) => x.sum(), { at: { w: 'three' } })).toThrow(
      'laws.gradient: at has "three" in it, expected a tree of tensors or of shapes',
    )
  })
})

describe('a slope by differences', () => {
  test('knows how far off it may be', () => {
    const { slope, off } = slopeOf((s) => Math.exp(s), 1 / 4, 2 ** -52)
    expect(Math.abs(slope - 1)).toBeLessThan(off)
    expect(off).toBeLessThan(1e-6)
    expect(slopeOf((s) => Math.fround(Math.exp(s)), 1 / 4, 2 ** -24).off).toBeLessThan(1e-3)
  })

  test('is not sure of itself at a kink, or near one', () => {
    for (const at of [0, 1e-6, 1e-3, -0.01])
      expect(slopeOf((s) => Math.max(0, s - at), 1 / 4, 2 ** -52).off, `${at}`).toBeGreaterThan(0.1)
    expect(slopeOf((s) => Math.max(0, s - 0.1), 1 / 4, 2 ** -52)).toEqual({ slope: 0, off: expect.closeTo(0, 6) })
  })
})
