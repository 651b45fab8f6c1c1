import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Expr } from '../../expr/expr.js'
import type { Formulas } from '../loops.js'
import { sourceOf } from '../passes.js'
import { type Owners, variants } from '../variants.js'
import { cut } from './cut.js'
import { drawn, drawnFirst, perLeaf } from './drawn.js'
import type { Leaf, Room, Scope } from './job.js'
import { parts, type Scalars } from './printed.js'

/**
 * The map pass: every output of a leaf at once, as far as a draw has outputs.
 *
 * An output that stays as it is is not drawn, and not among the results.
 */
export type MapPass = (
  room: Room,
  tree: Scope,
  leaves: readonly Leaf[],
) => readonly Readonly<Record<string, TensorInfo>>[]

export interface Drawing {
  readonly scalars: Scalars
  /** A rewriting of formulas that draws faster. */
  readonly prepare?: (formula: Expr) => Expr
  readonly owners?: Owners
  /** Outputs that are never subnormal. */
  readonly flushed?: readonly string[]
  /** Outputs that may stay the tensor of which they are the next value. */
  readonly staying?: readonly string[]
}

export const mapPass = (formulas: Formulas, drawing: Drawing): MapPass => {
  const each = variants(formulas, (chosen) => variant(chosen, drawing), drawing.owners)
  return (room, tree, leaves) => perLeaf(each, room, tree, leaves)
}

const variant = (
  formulas: Formulas,
  { scalars, prepare = (formula) => formula, flushed = [], staying = [] }: Drawing,
) => {
  const changed = Object.fromEntries(
    Object.entries(formulas)
      .filter(
        ([name, { node }]) => !(staying.includes(name) && node.kind === 'variable' && node.name === sourceOf(name)),
      )
      .map(([name, formula]) => [name, prepare(formula)]),
  )
  const { before, formulas: rest } = cut(changed)
  const first = drawnFirst(before, scalars)
  const drawings = parts(rest).map((part) => drawn(part, scalars, 'result', flushed))
  return (room: Room, tree: Scope) => {
    const enlarged = first(room, tree)
    const runs = drawings.map((drawing) => drawing(room, tree))
    return (leaf: Leaf): Readonly<Record<string, TensorInfo>> => {
      const operands = enlarged(leaf)
      return Object.assign({}, ...runs.map((run) => run(operands)))
    }
  }
}
