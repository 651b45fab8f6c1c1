import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import type { Optimizer, Point } from '../../src/optimizer/optimizer.js'
import * as tree from '../../src/tree.js'
import type { History, Vector } from '../drawn/gradients.js'
import type { Leaves } from './machine.js'
import { LAYOUT } from './mine.js'
import { leavesOf, lossAt, pointOf } from './run.js'

/** A run over live tensors on tfjs's current back end, where what an optimizer is given, and what it gives, can be looked at. */
export type Params = tree.Tensors

/** What `update` is called with. */
export interface Given {
  readonly state: unknown
  readonly grad: Params
  readonly t: number
  readonly at: Point<Params>
  readonly gradAt: (params: Params) => Params
  /** The gradients that `evaluate` and `gradAt` have made so far. */
  readonly evaluated: readonly Params[]
}

export type Result = readonly [state: unknown, delta: Params]

/** The leaves as another tree, in the same order. */
export type Shape = (leaves: Readonly<Record<string, Tensor>>) => Params

/** Calls `make` with what each step is given; the run goes on with what comes back. Whatever happens, all of it is disposed in the end. */
export const walk = (
  optimizer: Optimizer,
  gradients: History,
  theta: Vector,
  make: (given: Given) => Result,
  shape: Shape = (leaves) => leaves,
): void => {
  const held: unknown[] = []
  const own = <A>(x: A): A => {
    held.push(x)
    return x
  }
  const up = (leaves: Leaves): Params => own(shape(tensorsOf(leaves)))
  try {
    let here = theta
    let params = up(leavesOf(LAYOUT, here))
    let state = own(optimizer.init(params))
    for (const [i, g] of gradients.entries()) {
      const t = i + 1
      const { loss, hessian, evaluate } = pointOf(LAYOUT, here, g, lossAt(t))
      const evaluated: Params[] = []
      const elsewhere = (there: Params) => {
        const [value, slope] = (evaluate as NonNullable<typeof evaluate>)(leavesOf(LAYOUT, numbersIn(there)))
        const made = up(slope)
        evaluated.push(made)
        return [value, made] as const
      }
      const at: Point<Params> = { params, loss, hessian: up(hessian as Leaves), evaluate: elsewhere }
      const gradAt = (there: Params) => elsewhere(there)[1]
      const [next, delta] = own(make({ state, grad: up(leavesOf(LAYOUT, g)), t, at, gradAt, evaluated }))
      const step = numbersIn(tree.alike('optimizer.update', `Δ at t = ${t}`, params, delta) as Params)
      here = here.map((x, k) => Math.fround(x + (step[k] as number)))
      params = up(leavesOf(LAYOUT, here))
      state = next
    }
  } finally {
    tree.dispose(held)
  }
}

export const numbersIn = (params: Params): Vector => tree.leaves(params).flatMap((x) => Array.from(x.dataSync()))

const tensorsOf = (leaves: Leaves): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    Object.entries(leaves).map(([name, x]) => [name, tensor(Float32Array.from(x), [...(LAYOUT[name] as number[])])]),
  )
