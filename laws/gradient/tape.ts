import { add, mul, type Scalar, sin, sum, type Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { grad } from '../../src/autodiff/grad.js'
import * as tree from '../../src/tree.js'
import { almostEverywhere, type Verdict } from '../arithmetic/difference.js'
import type { Vector } from '../drawn/gradients.js'
import { flat, type Space } from '../drawn/point.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'

/**
 * What a function obeys that stands inside another one: its operations pass the gradient on that they get, and do not make one
 * up. A gradient of one's own that forgets `dy` is right as long as f is the loss itself.
 */
export const tape = <P>(where: Space, f: (params: P) => Scalar, tolerance: number): readonly Law[] => {
  const at = (x: Vector, h: (params: P) => Scalar): Vector => {
    const params = where.tensors<P>(x)
    const g = grad(h)(params)
    const found = where.read('laws.gradient', 'the gradient', g)
    tree.dispose([params, g])
    return found
  }
  return [
    law({
      name: 'gradients add up',
      equation: '∇(a · f + b · h) = a · ∇f + b · ∇h, where h(θ) = Σ sin θᵢ',
      words: 'A loss with a factor, or with another term, has the gradient that it should, but for rounding.',
      given: fc.record({ theta: where.point(), a: factor, b: factor }),
      holds: ({ theta, a, b }) => {
        const judge = (x: Vector): Verdict => {
          const found = at(x, (p) => add(mul(f(p), a), mul(sines(p), b)) as Scalar)
          const expected = at(x, f).map((g, i) => a * g + b * Math.cos(x[i] as number))
          return alike('∇(a · f + b · h)', found, expected, tolerance)
        }
        almostEverywhere(judge, flat(theta), where.step)
      },
    }),
    law({
      name: 'gradients pass through a change of variables',
      equation: 'θ = c · ψ + d ⇒ ∇ψ f(c · ψ + d) = c · ∇f(θ)',
      words: 'A tensor that was computed has a gradient as a leaf has, but for rounding.',
      given: fc.record({ theta: where.point(), c: factor, d: fc.integer({ min: -2, max: 2 }) }),
      holds: ({ theta, c, d }) => {
        const moved = (p: P): P => tree.map((leaf: Tensor) => add(mul(leaf, c), d), p as tree.Tensors) as P
        const judge = (x: Vector): Verdict => {
          const psi = x.map((a) => (a - d) / c)
          const found = at(psi, (p) => f(moved(p)))
          const expected = at(x, f).map((g) => c * g)
          return alike('∇ψ f(c · ψ + d)', found, expected, tolerance)
        }
        almostEverywhere(judge, flat(theta), where.step)
      },
    }),
  ]
}

/** Powers of two: products with them are exact. */
const factor = fc.constantFrom(1, 2, -1, 0.5, -4)

const sines = (params: unknown): Scalar =>
  tree
    .tensors(params)
    .map((x) => sum(sin(x)))
    .reduce((a, b) => add(a, b)) as Scalar

const alike = (what: string, found: Vector, expected: Vector, tolerance: number): Verdict => {
  if (!expected.every(Number.isFinite)) return 'unknown'
  const far = tolerance * Math.max(1e-2, ...expected.map(Math.abs))
  const same = expected.every((b, i) => Math.abs((found[i] as number) - b) <= far)
  return same ? 'right' : new Broken(what, found, expected)
}
