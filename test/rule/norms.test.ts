import {
  cocob,
  dAdaptation,
  dog,
  dowg,
  fromage,
  lamb,
  lars,
  novograd,
  type Optimizer,
  polyak,
  polyakPlus,
  prodigy,
  simulate,
} from 'gradus'
import { optax } from 'gradus/presets'
import { describe, expect, test } from 'vitest'
import { distance } from '../close.ts'
import { gaussian } from '../random.ts'

const next = gaussian(11)
const START = { w: [0.5, -2, 3], b: [1, 0] }
type Leaves = typeof START
const gradients: readonly Leaves[] = Array.from({ length: 30 }, () => {
  const scale = 10 ** next()
  return { w: START.w.map(() => next() * scale), b: START.b.map(() => next()) }
})
const arrays = ({ w, b }: Leaves) => ({ w: Float64Array.from(w), b: Float64Array.from(b) })

const path = (optimizer: Optimizer) => {
  const source = gradients.map((grad, i) => ({ grad: arrays(grad), loss: Math.cos(i) }))
  return [...simulate(optimizer, arrays(START), source)].map(({ params }) => params)
}

const moments = { b1: 0.8, b2: 0.9, eps: 1e-3, weightDecay: 0.1 }
const learningRate = 0.1

test.each([
  ['novograd', novograd({ lr: 0.1, ...moments }), optax.novograd({ learningRate, ...moments })],
  ['lamb', lamb({ lr: 0.1, ...moments }), optax.lamb({ learningRate, ...moments })],
  ['fromage', fromage({ lr: 0.1 }), optax.fromage({ learningRate, minNorm: 0 })],
  ['dog', dog({ rEps: 0.01 }), optax.dog({ initStep: ['heuristic', 0.01] })],
  ['dowg', dowg({ rEps: 0.1, eps: 0.01 }), optax.dowg({ initEstimSqDist: 0.01, eps: 0.01 })],
  ['cocob', cocob({ alpha: 10 }), optax.cocob({ alpha: 10, eps: 1e-100 })],
  ['polyak', polyak({ c: 1, fMin: -0.5, maxLr: 0.3 }), optax.polyakSgd({ fMin: -0.5, maxLearningRate: 0.3 })],
  ['polyakPlus', polyakPlus({ fMin: 0.5 }), optax.polyakSgd({ fMin: 0.5, variant: 'sps+', maxLearningRate: 1e9 })],
] as const)("%s is Optax's, with its options", (_, ours, theirs) => {
  expect(distance(path(ours), path(theirs))).toBeLessThan(1e-12)
})

const flat = ({ w, b }: { w: Iterable<number>; b: Iterable<number> }) => [...w, ...b]
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)
const norm = (a: readonly number[]) => Math.sqrt(dot(a, a))
const l1 = (a: readonly number[]) => a.reduce((sum, x) => sum + Math.abs(x), 0)
const zip = (f: (x: number, y: number) => number, a: readonly number[], b: readonly number[]) =>
  a.map((x, i) => f(x, b[i] as number))

/** The algorithms of the papers as one writes them where there are vectors and assignment. */
const imperative = {
  lars: (lr: number, beta: number, trust: number, decay: number) => {
    const theta = [START.w, START.b]
    const m = theta.map((leaf) => leaf.map(() => 0))
    return gradients.map(({ w, b }) => {
      for (const [k, g] of [w, b].entries()) {
        const x = theta[k] as number[]
        const lambda = (trust * norm(x)) / (norm(g) + decay * norm(x))
        m[k] = zip(
          (m, d) => beta * m + lr * lambda * d,
          m[k] as number[],
          zip((g, x) => g + decay * x, g, x),
        )
        theta[k] = zip((x, m) => x - m, x, m[k] as number[])
      }
      return theta.flat()
    })
  },
  dAdaptation: ({ b1, b2, eps, weightDecay }: typeof moments, d0: number) => {
    let [x, r, d] = [flat(START), 0, d0]
    let [m, v, s] = [0, 0, 0].map(() => x.map(() => 0)) as [number[], number[], number[]]
    const root = Math.sqrt(b2)
    return gradients.map((leaves) => {
      const g = flat(leaves)
      m = zip((m, g) => b1 * m + (1 - b1) * d * g, m, g)
      v = zip((v, g) => b2 * v + (1 - b2) * g * g, v, g)
      const A = v.map((v) => Math.sqrt(v) + eps)
      r =
        root * r +
        (1 - root) *
          d *
          dot(
            g,
            zip((s, a) => s / a, s, A),
          )
      s = zip((s, g) => root * s + (1 - root) * d * g, s, g)
      x = x.map((x, i) => x - (m[i] as number) / (A[i] as number) - weightDecay * d * x)
      d = Math.max(d, r / ((1 - root) * l1(s)))
      return x
    })
  },
  prodigy: ({ b1, b2, eps, weightDecay }: typeof moments, d0: number) => {
    const x0 = flat(START)
    let [x, r, d] = [x0, 0, d0]
    let [m, v, s] = [0, 0, 0].map(() => x.map(() => 0)) as [number[], number[], number[]]
    const root = Math.sqrt(b2)
    return gradients.map((leaves) => {
      const g = flat(leaves)
      m = zip((m, g) => b1 * m + (1 - b1) * d * g, m, g)
      v = zip((v, g) => b2 * v + (1 - b2) * (d * g) ** 2, v, g)
      r =
        root * r +
        (1 - root) *
          d ** 2 *
          dot(
            g,
            zip((a, b) => a - b, x0, x),
          )
      s = zip((s, g) => root * s + (1 - root) * d ** 2 * g, s, g)
      const before = d
      d = Math.max(d, r / l1(s))
      x = x.map((x, i) => {
        const step = (m[i] as number) / (Math.sqrt(v[i] as number) + before * eps)
        return x - before * (step + weightDecay * x)
      })
      return x
    })
  },
}

describe('the algorithm of the paper is', () => {
  test.each([
    ['lars', lars({ lr: 0.5, beta: 0.8, trust: 0.1, weightDecay: 0.1 }), imperative.lars(0.5, 0.8, 0.1, 0.1)],
    ['dAdaptation', dAdaptation({ ...moments, d0: 0.01 }), imperative.dAdaptation(moments, 0.01)],
    ['prodigy', prodigy({ ...moments, d0: 0.01 }), imperative.prodigy(moments, 0.01)],
  ] as const)('%s', (_, optimizer, expected) => {
    expect(distance(path(optimizer).map(flat), expected)).toBeLessThan(1e-9)
  })
})

test.each([
  ['lars', lars({ lr: 0.5 })],
  ['lamb', lamb({ lr: 0.5 })],
  ['fromage', fromage({ lr: 0.5 })],
])('%s moves a tensor that is 0, and none without a gradient', (_, optimizer) => {
  const [step] = simulate(optimizer, { a: Float64Array.of(0), b: Float64Array.of(0) }, [
    { a: Float64Array.of(1), b: Float64Array.of(0) },
  ])
  expect(step?.delta.a[0]).toBeLessThan(-0.4)
  expect(step?.delta.b[0]).toBeCloseTo(0, 15)
})

test.each([
  ['dAdaptation', dAdaptation()],
  ['prodigy', prodigy()],
  ['dog', dog()],
  ['dowg', dowg()],
  ['cocob', cocob()],
  ['polyak', polyak()],
  ['polyakPlus', polyakPlus()],
])('%s stays where it is while the gradient is 0', (_, optimizer) => {
  const zero = { grad: Float64Array.of(0), loss: 1 }
  const path = [...simulate(optimizer, Float64Array.of(2), [zero, zero])]
  expect(path.map(({ params }) => params[0])).toEqual([2, 2])
})

test('one step of polyak solves a parabola', () => {
  const [step] = simulate(polyak({ maxLr: 10 }), Float64Array.of(3), (x) => ({
    grad: x.map((x) => 0.4 * x),
    loss: 0.2 * (x[0] as number) ** 2,
  }))
  expect(step?.params[0]).toBeCloseTo(0, 12)
})
