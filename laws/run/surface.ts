import type fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Vector } from '../drawn/gradients.js'
import { Simplified, simplerNumber } from '../drawn/simpler.js'
import { type Leaves, machine } from './machine.js'
import { flat, leavesOf, one } from './run.js'

/**
 * Convex surfaces and the paths that optimizers find down them: closed loops, in which the gradient is that of where the last step led,
 * or of where the optimizer's probe looks.
 *
 *     bowl       f(x) = Σ hᵢ/2 · eᵢ²             e = x − center, h the curvature
 *     trough     f(x) = Σ hᵢ · log cosh eᵢ       a bowl at its bottom, a cone far from it, nowhere curved more than h
 */
export interface Surface {
  height(x: Vector): number
  slope(x: Vector): Vector
  /** The Hessian's diagonal; it has nothing else. */
  bend(x: Vector): Vector
}

export interface Shape {
  readonly curvature: Vector
  readonly center: Vector
}

type Curve = (e: number) => number

/** f = Σ hᵢ · φ(eᵢ), of φ, φ′ and φ″. */
const surface =
  (phi: Curve, slope: Curve, bend: Curve) =>
  ({ curvature, center }: Shape): Surface => {
    const of = (curve: Curve, x: Vector): Vector =>
      x.map((a, k) => (curvature[k] as number) * curve(a - (center[k] as number)))
    return {
      height: (x) => of(phi, x).reduce((sum, a) => sum + a, 0),
      slope: (x) => of(slope, x),
      bend: (x) => of(bend, x),
    }
  }

export const bowl = surface(
  (e) => (e * e) / 2,
  (e) => e,
  () => 1,
)

export const trough = surface(
  (e) => Math.abs(e) + Math.log1p(Math.exp(-2 * Math.abs(e))) - Math.LN2,
  Math.tanh,
  (e) => 1 - Math.tanh(e) ** 2,
)

export interface Path {
  /** θ before the first step, and after each. */
  readonly thetas: readonly Vector[]
  /** What is to be evaluated at the end. */
  readonly readout: Vector
}

export const pathOf = (optimizer: Optimizer, { height, slope, bend }: Surface, theta: Vector, steps: number): Path => {
  const layout = one(theta.length)
  const leaves = (x: Vector): Leaves => leavesOf(layout, x)
  const slopeAt = (x: Leaves): Leaves => leaves(slope(flat(x)))
  const m = machine(optimizer, layout)
  let state = m.init(leaves(theta))
  const thetas = [theta]
  for (let t = 1; t <= steps; t++) {
    const from = thetas.at(-1) as Vector
    const params = leaves(from)
    const probe = m.probe(state, params, slopeAt, t)
    const at = flat(probe)
    const [next, delta] = m.update(state, leaves(slope(at)), t, {
      params,
      loss: height(at),
      hessian: leaves(bend(at)),
      evaluate: (x) => [height(flat(x)), slopeAt(x)],
    })
    const d = flat(delta)
    thetas.push(from.map((x, k) => x + (d[k] as number)))
    state = next
  }
  const readout = flat(m.readout(state, leaves(thetas.at(-1) as Vector)))
  return { thetas, readout }
}

/** Three numbers, in eighths. */
export const eighths = (min: number, max: number): fc.Arbitrary<Vector> =>
  new Simplified(
    (random) => [1, 2, 3].map(() => random.nextInt(8 * min, 8 * max) / 8),
    function* (x) {
      for (const [k, a] of x.entries())
        for (const b of simplerNumber(a)) if (min <= b && b <= max) yield x.map((c, j) => (j === k ? b : c))
    },
  )
