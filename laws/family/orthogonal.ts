import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { dot, norm, times } from '../arithmetic/norm.js'
import { type Matrix, matrixOf, mirror, product, singularValues, transposed } from '../arithmetic/singular.js'
import { histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import type { Layout } from '../run/machine.js'
import { alike, rounding, run, scaled } from '../run/run.js'

/**
 * Muon and its kin, of the function that makes one: `laws.orthogonal(muon)`. Of a gradient G = U · diag(σ) · Vᵀ, a matrix,
 *
 *     Δ = −lr · factor · O,   O = U · diag(f(σ / ‖G‖)) · Vᵀ
 *
 * where f is five steps of 3.4445 · σ − 4.775 · σ³ + 2.0315 · σ⁵. Over [0.01, 1] that is in [0.6818, 1.1344]; it is 0 at 0, and
 * between 0.0032 and 0.0051 it is above 1.14, 1.2024 at most. So "O is orthogonal" is false, and "no singular value above 1.14" is,
 * too: they are told of those that are no smaller than ‖G‖ / 100. As f is odd O knows neither of a basis nor of a size.
 *
 * Written over tensors, in float32: all but for rounding, of which f makes up to 500 times as much.
 */
export interface Muon {
  readonly lr: number
  readonly weightDecay: number
}
/** By which O is multiplied, a number for each shape. Jordan's: √max(1, outputs / inputs), columns being the outputs. */
export type Factor = (rows: number, columns: number) => number
const jordan: Factor = (rows, columns) => Math.sqrt(Math.max(1, columns / rows))

const LR = 0.5
const [LEAST, MOST, MOST_OF_ALL, COUNTS] = [0.68, 1.14, 1.21, 0.01]

type Shape = readonly [rows: number, columns: number]
const SIZE = 6
const shape = fc.constantFrom<Shape>([3, 2], [2, 3], [1, 6], [6, 1])
const few = histories({ n: SIZE, max: 3, zero: 'nowhere' })
const layoutOf = (shape: Shape): Layout => ({ a: shape })
const theta: Vector = [0.5, -2, 3, 1, 0.25, -1]

const symmetric = (a: Matrix, far: number): boolean =>
  a.every((row, i) => row.every((x, j) => Math.abs(x - ((a[j] as Vector)[i] as number)) <= far))

export const orthogonal = (make: (options: Muon) => Optimizer, factor: Factor = jordan): readonly Law[] => {
  const mine = make({ lr: LR, weightDecay: 0 })
  const within = rounding(mine)
  const steps = (gradients: readonly Vector[], shape: Shape) => run(mine, gradients, { theta, layout: layoutOf(shape) })
  const matrix = (x: Vector, [, columns]: Shape) => matrixOf(columns, x)
  return [
    law({
      name: 'singular values near 1',
      equation: 'σᵢ(G) ≥ ‖G‖ / 100 ⇒ 0.68 ≤ σᵢ(O) ≤ 1.14',
      words:
        'Of the first step. Smaller ones of G become anything up to 1.21; 0 stays 0, and so does a gradient of zeros.',
      given: fc.record({ g: vectors({ n: SIZE }), shape }),
      edges: [{ g: [0, 0, 0, 0, 0, 0], shape: [3, 2] as Shape }],
      holds: ({ g, shape }) => {
        const made = times(-1 / (LR * factor(...shape)), steps([g], shape)[0] as Vector)
        const values = singularValues(matrix(made, shape))
        const count = (xs: Vector, from: number, to = Infinity) => xs.filter((x) => x >= from && x <= to).length
        const sound = values.every((x) => x <= MOST_OF_ALL * (1 + within))
        const near = count(values, LEAST * (1 - within), MOST * (1 + within))
        const clear = count(singularValues(matrix(g, shape)), Math.max(norm(g) * COUNTS, Number.MIN_VALUE))
        if (!sound || near < clear)
          throw new Broken('σ(O)', values, `${clear} in [${LEAST}, ${MOST}], and none above ${MOST_OF_ALL}`)
      },
    }),
    law({
      name: 'singular vectors stay',
      equation: 'Gᵀ · O and G · Oᵀ are symmetric, ⟨G, O⟩ > 0',
      words: 'Of the first step: O has the singular vectors of G, in the same order.',
      given: fc.record({ g: vectors({ n: SIZE, zero: 'nowhere' }), shape }),
      holds: ({ g, shape }) => {
        const delta = steps([g], shape)[0] as Vector
        const [G, O] = [matrix(g, shape), matrix(times(-1, delta), shape)]
        const far = 2 * within * norm(g) * norm(delta)
        if (!(dot(g, delta) < 0)) throw new Broken('Δ', delta, `a step down G = [${g.join(', ')}]`)
        const inner = product(transposed(G), O)
        const outer = product(G, transposed(O))
        if (!symmetric(inner, far)) throw new Broken('Gᵀ · O', inner, 'a symmetric matrix')
        if (!symmetric(outer, far)) throw new Broken('G · Oᵀ', outer, 'a symmetric matrix')
      },
    }),
    law({
      name: 'no basis',
      equation: 'Δ(Q · Gs · R) = Q · Δ(Gs) · R',
      words:
        'Q and R are mirrors along `left` and `right`, of which all orthogonal matrices are products: a problem that is turned has the path turned.',
      given: fc.record({
        gradients: few,
        left: vectors({ n: 3, zero: 'nowhere' }),
        right: vectors({ n: 2, zero: 'nowhere' }),
      }),
      holds: ({ gradients, left, right }) => {
        const turn = (x: Vector): Vector => product(product(mirror(left), matrixOf(2, x)), mirror(right)).flat()
        alike(steps(gradients.map(turn), [3, 2]), steps(gradients, [3, 2]).map(turn), 10 * within)
      },
    }),
    law({
      name: 'a matrix or its transpose',
      equation: 'O(Gsᵀ) = O(Gs)ᵀ',
      words: 'Which of its axes are rows only tells by the factor.',
      given: fc.record({ gradients: few, shape }),
      holds: ({ gradients, shape }) => {
        const [rows, columns] = shape
        const turn = (x: Vector): Vector => transposed(matrixOf(columns, x)).flat()
        const other = scaled(factor(rows, columns) / factor(columns, rows), steps(gradients.map(turn), [columns, rows]))
        alike(other, steps(gradients, shape).map(turn), 10 * within)
      },
    }),
    law({
      name: 'no size',
      equation: 'Δ(c · Gs) = Δ(Gs)',
      words: 'c > 0, where gradients are not as small as what keeps a norm of 0 from dividing.',
      given: fc.record({ gradients: few, shape, c: fc.constantFrom(2, 0.5, 128, 2 ** 10) }),
      holds: ({ gradients, shape, c }) => {
        const large = scaled(2 ** 12, gradients)
        alike(steps(scaled(c, large), shape), steps(large, shape), 10 * within)
      },
    }),
    law({
      name: 'coasting',
      equation: 'Gs = (G, 0, 0, …) ⇒ Δₜ = Δ₁',
      words: 'What is left of a gradient in the momentum still has its direction, and a step has no size of its own.',
      given: fc.record({ g: vectors({ n: SIZE, zero: 'nowhere' }), shape, steps: fc.integer({ min: 2, max: 4 }) }),
      holds: ({ g, shape, steps: n }) => {
        const still = g.map(() => 0)
        const made = steps([times(2 ** 12, g), ...Array<Vector>(n - 1).fill(still)], shape)
        alike(
          made,
          made.map(() => made[0] as Vector),
          10 * within,
        )
      },
    }),
  ]
}
