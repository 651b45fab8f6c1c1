import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { grad } from '../../src/autodiff/grad.js'
import { derivative as ours } from '../../src/expr/derivative.js'
import { type Expr, variable } from '../../src/expr/expr.js'
import { number } from '../../src/expr/number.js'
import { asTensor, evaluate } from '../../src/kernel/evaluate.js'
import * as tree from '../../src/tree.js'
import { almostEverywhere, apart, slopeOf, type Verdict } from '../arithmetic/difference.js'
import type { Vector } from '../drawn/gradients.js'
import { flat, space } from '../drawn/point.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'

/** What the derivatives of a formula obey: `symbolic((x, y) => x.mul(y).tanh())`. */
export interface Symbolic {
  /** How far from 0 points are drawn: 8. */
  readonly reach?: number
  /** Relative to the derivative: 1e-3 over tensors, which are float32. */
  readonly tolerance?: number
  /** One's own derivative of a formula by the variable of this name: x, y, z, in this order. */
  readonly derivative?: (formula: Expr, name: string) => Expr
}

const NAMES = ['x', 'y', 'z'] as const

export const symbolic = (formula: (...xs: readonly Expr[]) => Expr, options: Symbolic = {}): readonly Law[] => {
  const { reach = 8, tolerance = 1e-3, derivative = ours } = options
  const names = NAMES.slice(0, Math.max(1, formula.length))
  const traced = formula(...names.map((name) => variable(name, 'element')))
  const where = space(Object.fromEntries(names.map((name) => [name, []])), reach)
  const given = fc.record({ at: where.point(), by: fc.constantFrom(...names) })
  const environment = (x: Vector) => Object.fromEntries(names.map((name, i) => [name, x[i] as number]))
  const valueOf = (expr: Expr) => {
    const value = number(expr)
    return (x: Vector): number => value(environment(x))
  }
  /** What is asked for once. */
  const later = <A>(make: () => A): (() => A) => {
    let made: A | undefined
    return () => (made ??= make())
  }
  const f = valueOf(traced)
  const slopes = later(() => Object.fromEntries(names.map((name) => [name, valueOf(derivative(traced, name))])))
  const slope = (name: string, x: Vector): number => (slopes()[name] as (x: Vector) => number)(x)

  const isTheSlope = law({
    name: 'the derivative of a formula is its slope',
    equation: '∂f/∂x = d/ds f(x + s, …) at s = 0',
    words: 'By central differences in float64, almost everywhere; points at a kink are left out.',
    given,
    holds: ({ at, by }) => {
      const judge = (x: Vector): Verdict => {
        const i = names.indexOf(by)
        const told = slopeOf((s) => f(x.map((a, k) => (k === i ? a + s : a))), where.step, 2 ** -52)
        const found = slope(by, x)
        const verdict = apart(found, told, Math.abs(found), 1e-6)
        return verdict === 'wrong' ? new Broken(`∂f/∂${by}`, found, told.slope) : verdict
      }
      almostEverywhere(judge, flat(at), where.step)
    },
  })

  const known = new Map<string, Value>()
  const twice = (x: string, y: string): Value => {
    const value = known.get(x + y) ?? valueOf(derivative(derivative(traced, x), y))
    known.set(x + y, value)
    return value
  }
  const commutes = law({
    name: 'derivatives of a formula commute',
    equation: '∂²f/∂x∂y = ∂²f/∂y∂x',
    words: 'In float64, almost everywhere where both are finite.',
    given: fc.record({ at: where.point(), by: fc.constantFrom(...names), and: fc.constantFrom(...names) }),
    holds: ({ at, by, and }) => {
      const [found, expected] = [twice(by, and), twice(and, by)]
      const judge = (x: Vector): Verdict => {
        const [a, b] = [found(x), expected(x)]
        if (!Number.isFinite(a) || !Number.isFinite(b)) return 'unknown'
        const same = Math.abs(a - b) <= 1e-6 * (1 + Math.abs(a) + Math.abs(b))
        return same ? 'right' : new Broken(`∂²f/∂${by}∂${and}`, a, b)
      }
      almostEverywhere(judge, flat(at), where.step)
    },
  })

  const tape = later(() =>
    grad((p: Readonly<Record<string, Tensor>>) => asTensor(evaluate({ ...p })(traced)) as Scalar),
  )
  const isTheTapes = law({
    name: 'the derivative of a formula is the tape’s',
    equation: '∂f/∂x of the formula = ∂f/∂x of its operations on tensors',
    words: 'Symbols in float64, and TensorFlow.js’s tape in float32, almost everywhere where both are finite.',
    given,
    holds: ({ at, by }) => {
      const judge = (x: Vector): Verdict => {
        const params = where.tensors<Readonly<Record<string, Tensor>>>(x)
        const g = tape()(params)
        const came = g[by]?.dataSync()[0] as number
        tree.dispose([params, g])
        const expected = slope(by, x)
        if (!Number.isFinite(came) || !Number.isFinite(expected)) return 'unknown'
        const far = tolerance * (Math.abs(expected) + Math.abs(f(x)) + 1e-2)
        return Math.abs(came - expected) <= far ? 'right' : new Broken(`∂f/∂${by} by the tape`, came, expected)
      }
      almostEverywhere(judge, flat(at), where.step)
    },
  })
  return [isTheSlope, ...(names.length > 1 ? [commutes] : []), ...(isChosen(traced) ? [] : [isTheTapes])]
}

type Value = (x: Vector) => number

/** Comparisons have no gradient in TensorFlow.js, not even 0. */
const CHOICES: readonly string[] = ['gt', 'ge', 'lt', 'le', 'eq', 'isFinite', 'select']
const isChosen = (formula: Expr, seen = new Set<Expr>()): boolean => {
  const { node } = formula
  if (seen.has(formula) || node.kind !== 'apply') return false
  seen.add(formula)
  return CHOICES.includes(node.op) || node.args.some((arg) => isChosen(arg, seen))
}
