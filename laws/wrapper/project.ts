import fc from 'fast-check'
import { chain } from '../../src/optimizer/chain.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { dot, eachTensor, minus, norm, plus } from '../arithmetic/norm.js'
import { type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import type { Layout } from '../run/machine.js'
import { alike, one, rounding, run, two } from '../run/run.js'

/**
 * Projections, last in a chain, of one's own and of the set that it projects onto: `laws.projection(projectBall({ radius: 3 }),
 * ball({ radius: 3 }))`. From θ a step g would lead to y = θ + g; p = θ + Δ is where it leads.
 *
 *     p ∈ C,   and ⟨y − p, z − p⟩ ≤ 0 for every z ∈ C
 *
 * is what tells the point of a convex set C that is nearest to y: for t → 0 it is ‖y − p‖ ≤ ‖y − (p + t · (z − p))‖, and it says so for
 * all of C. All but for rounding, that of y and of p.
 */
export interface ConvexSet {
  /** What is in the set or is not: all tensors as one vector, or each. */
  readonly over: 'tree' | 'tensor'
  /** How far outside of it a point is; not above 0 within. */
  outside(x: Vector): number
  /** A point of the set for any point; itself, if it is one. */
  into(x: Vector): Vector
}

export const box = ({ lower = -Infinity, upper = Infinity }): ConvexSet => ({
  over: 'tensor',
  outside: (x) => Math.max(...x.map((a) => Math.max(lower - a, a - upper))),
  into: (x) => x.map((a) => Math.max(lower, Math.min(upper, a))),
})

export const ball = ({ radius, over = 'tensor' }: { radius: number; over?: 'tree' | 'tensor' }): ConvexSet => ({
  over,
  outside: (x) => norm(x) - radius,
  into: (x) => x.map((a) => a * Math.min(1, radius / Math.max(norm(x), Number.MIN_VALUE))),
})

/** No element below 0, and a sum that is `total`. */
export const simplex = ({ total = 1 } = {}): ConvexSet => {
  const sum = (x: Vector) => x.reduce((a, b) => a + Math.abs(b), 0)
  return {
    over: 'tensor',
    outside: (x) => Math.max(...x.map((a) => -a), Math.abs(sum(x) - total)),
    into: (x) => x.map((a) => (sum(x) === 0 ? total / x.length : (Math.abs(a) / sum(x)) * total)),
  }
}

const any = vectors()

export const projection = (mine: Optimizer, { over, outside, into }: ConvexSet): readonly Law[] => {
  const layout = two(3)
  const parts: Layout = over === 'tensor' ? layout : one(3)
  const within = rounding(mine)
  const again = chain(mine, mine)
  const by = (projection: Optimizer, g: Vector, theta: Vector) => run(projection, [g], { theta, layout })[0] as Vector
  /** A number as large as what rounds. */
  const size = (...xs: readonly Vector[]) => Math.max(1, ...xs.flat().map(Math.abs))
  return [
    law({
      name: 'a step ends in the set',
      equation: 'θ + Δ ∈ C',
      words: 'From wherever it comes, wherever it would have led.',
      given: fc.record({ g: any, theta: any }),
      holds: ({ g, theta }) => {
        const end = plus(theta, by(mine, g, theta))
        const far = eachTensor(parts, (end) => [outside(end)], end)
        if (!far.every((x) => x <= within * size(g, theta))) throw new Broken('θ + Δ', end, 'a point of the set')
      },
    }),
    law({
      name: 'a step that ends in the set is left alone',
      equation: 'θ + g ∈ C ⇒ Δ = g',
      words: 'Whether θ is in it or not.',
      given: fc.record({ end: any, theta: any }),
      holds: ({ end, theta }) => {
        const g = minus(eachTensor(parts, into, end), theta)
        alike([by(mine, g, theta)], [g], within, 'Δ', size(theta))
      },
    }),
    law({
      name: 'a step is projected once and for all',
      equation: 'Δ of Δ = Δ',
      words: 'To project again changes nothing.',
      given: fc.record({ g: any, theta: any }),
      holds: ({ g, theta }) =>
        alike([by(again, g, theta)], [by(mine, g, theta)], within, 'Δ after the second', size(g, theta)),
    }),
    law({
      name: 'a step ends at the nearest point',
      equation: '⟨y − p, z − p⟩ ≤ 0,   y = θ + g, p = θ + Δ, z ∈ C',
      words: 'Seen from p no point z of the set lies towards y: then p is the one that is nearest to it.',
      given: fc.record({ g: any, theta: any, z: any }),
      holds: ({ g, theta, z: drawn }) => {
        const [y, p] = [plus(theta, g), plus(theta, by(mine, g, theta))]
        const z = eachTensor(parts, into, drawn)
        const far = within * size(g, theta) * size(g, theta, z)
        const towards = eachTensor(parts, (y, p, z) => [dot(minus(y, p), minus(z, p))], y, p, z)
        if (!towards.every((x) => x <= far))
          throw new Broken('⟨y − p, z − p⟩', towards, `at most 0, z being [${z.join(', ')}]`)
      },
    }),
  ]
}
