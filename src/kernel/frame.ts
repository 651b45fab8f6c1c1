import { brief, mistake } from '../failure.js'
import { alike, entries } from '../tree.js'
import type { Executor } from './executor.js'
import { executorFor } from './registry.js'

/** The parameters' leaves, as every other tree is read: in their order, with these paths and shapes. */
export interface Frame {
  readonly executor: Executor
  /** The back end on which it was made. */
  readonly name: string
  readonly like: unknown
  readonly paths: readonly string[]
  readonly shapes: readonly (readonly number[])[]
}

export const frameOf = (who: string, what: string, tree: unknown): Frame => {
  const found = entries(tree)
  const executor = executorFor(found[0]?.[1])
  const shapes = found.map(([path, leaf]) => shapeOf(who, what, executor, path, leaf))
  return { executor, name: executor.name, like: tree, paths: found.map(([path]) => path), shapes }
}

const shapeOf = (who: string, what: string, executor: Executor, path: string, leaf: unknown): readonly number[] => {
  const shape = executor.shape(leaf)
  if (shape) return shape
  if ((leaf as { isDisposed?: boolean } | undefined)?.isDisposed)
    throw mistake(who, `leaf "${path}" of ${what} is disposed`, executor.leaves)
  const dtype = (leaf as { dtype?: string } | undefined)?.dtype
  throw mistake(who, `leaf "${path}" of ${what} is ${dtype ? `of dtype ${dtype}` : brief(leaf)}`, executor.leaves)
}

export const checkShape = (
  who: string,
  what: string,
  { executor }: Frame,
  path: string,
  leaf: unknown,
  expected: readonly number[],
) => {
  const shape = shapeOf(who, what, executor, path, leaf)
  if (shape.length === expected.length && shape.every((n, d) => n === expected[d])) return
  throw mistake(who, `leaf "${path}" of ${what} is [${shape}]`, `[${expected}]`)
}

/** A tree's leaves in the frame's order, each of its parameter's shape. */
export const fitted = (who: string, what: string, frame: Frame, tree: unknown): readonly unknown[] => {
  const leaves = alike(who, what, frame.like, tree)
  for (const [i, leaf] of leaves.entries())
    checkShape(who, what, frame, frame.paths[i] as string, leaf, frame.shapes[i] as readonly number[])
  return leaves
}
