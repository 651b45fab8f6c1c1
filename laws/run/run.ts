import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { History, Vector } from '../drawn/gradients.js'
import { Broken } from '../refuted.js'
import { type At, type Layout, type Leaves, type Machine, machine } from './machine.js'

/**
 * Runs of an optimizer along gradients that are given, whatever becomes of θ. With each step come a loss above 0, the Hessian's
 * diagonal, and for those that ask a surface that has this gradient at θ.
 */
export interface From {
  readonly theta?: Vector
  readonly layout?: Layout
  /** By what the losses are multiplied. */
  readonly losses?: number
}

export interface Step {
  readonly t: number
  /** θ before the step, and after it. */
  readonly before: Vector
  readonly after: Vector
  readonly delta: Vector
  readonly state: unknown
}

export const START: Vector = [0.5, -2, 3]

/** All in one leaf. */
export const one = (n: number): Layout => ({ a: [n] })
/** The last in a leaf of its own. */
export const two = (n: number): Layout => ({ a: [n - 1], b: [1] })

const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)

/** The numbers of a vector as leaves, in the layout's order. */
export const leavesOf = (layout: Layout, x: Vector): Leaves => {
  const leaves: Record<string, Float64Array> = {}
  let from = 0
  for (const name of Object.keys(layout)) {
    const to = from + size(layout[name] as readonly number[])
    leaves[name] = new Float64Array(x.slice(from, to))
    from = to
  }
  return leaves
}
export const flat = (leaves: Leaves): Vector => {
  const numbers: number[] = []
  for (const leaf of Object.values(leaves)) for (const x of leaf) numbers.push(x)
  return numbers
}

/** 8, 4, 2⅔, 2, 2, … */
export const lossAt = (t: number): number => 8 / Math.min(t, 4)

/** What is known at θ beside the gradient: curvature |g| along each axis, and for a line search a bowl of curvature 1 with slope g at θ. */
export const pointOf = (layout: Layout, theta: Vector, g: Vector, loss: number): At => ({
  params: leavesOf(layout, theta),
  loss,
  get hessian() {
    return leavesOf(layout, g.map(Math.abs))
  },
  evaluate: (params) => {
    const away = flat(params).map((x, i) => x - (theta[i] as number))
    const rise = away.reduce((sum, d, i) => sum + d * ((g[i] as number) + d / 2), 0)
    return [
      loss + rise,
      leavesOf(
        layout,
        away.map((d, i) => (g[i] as number) + d),
      ),
    ]
  },
})

/** One step from anywhere. */
export const stepOf = (
  m: Machine,
  layout: Layout,
  state: unknown,
  theta: Vector,
  g: Vector,
  t: number,
  losses = 1,
): Step => {
  const [next, delta] = m.update(state, leavesOf(layout, g), t, pointOf(layout, theta, g, losses * lossAt(t)))
  const d = flat(delta)
  return { t, before: theta, delta: d, after: theta.map((x, i) => x + (d[i] as number)), state: next }
}

export const stepsOf = (optimizer: Optimizer, gradients: History, from: From = {}): readonly Step[] => {
  const { theta = START, layout = one(theta.length), losses = 1 } = from
  const m = machine(optimizer, layout)
  let state = m.init(leavesOf(layout, theta))
  let at = theta
  return gradients.map((g, i) => {
    const step = stepOf(m, layout, state, at, g, i + 1, losses)
    state = step.state
    at = step.after
    return step
  })
}

/** Δ, step after step. */
export const run = (optimizer: Optimizer, gradients: History, from: From = {}): History =>
  stepsOf(optimizer, gradients, from).map(({ delta }) => delta)

/** At each step of a run, the one that another optimizer of the same slots would make instead. */
export const instead = (
  optimizer: Optimizer,
  other: Optimizer,
  gradients: History,
  from: From = {},
): readonly Step[] => {
  const { theta = START, layout = one(theta.length), losses = 1 } = from
  const m = machine(other, layout)
  let state = m.init(leavesOf(layout, theta))
  return stepsOf(optimizer, gradients, from).map((step, i) => {
    const made = stepOf(m, layout, state, step.before, gradients[i] as Vector, step.t, losses)
    state = step.state
    return made
  })
}

/** What is lost by adding up in another order: in float64 where it is a formula, in float32 over tensors. */
export const rounding = (optimizer: Optimizer): number => (optimizer.rule ? 1e-9 : 1e-4)

/** What is lost where a law holds bit by bit: of a formula nothing; over tensors, operations on another number of elements may round in another way. */
export const exactly = (optimizer: Optimizer): number => (optimizer.rule ? 0 : rounding(optimizer))

/**
 * Throws unless all steps are as expected: the same numbers, or as near as `within` says, relative to the largest so far, and to `size`,
 * the largest number that they were made of.
 */
export const alike = (found: History, expected: History, within = 0, what = 'Δ', size = 0): void => {
  let largest = size
  for (const [i, step] of expected.entries()) {
    largest = Math.max(largest, ...step.map(Math.abs))
    const far = within * (largest + 1e-3)
    const same = step.every((b, k) => {
      const a = found[i]?.[k] as number
      return a === b || Math.abs(a - b) <= far
    })
    if (!same) throw new Broken(`${what} at t = ${i + 1}`, found[i], step)
  }
}

/** A history multiplied. */
export const scaled = (c: number, gradients: History): History => gradients.map((g) => g.map((a) => c * a))
