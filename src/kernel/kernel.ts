import { variables } from '../expr/program.ts'
import { brief, mistake } from '../failure.ts'
import type { Point } from '../optimizer/optimizer.ts'
import type { Hyperparameter, Rule, Slot } from '../rule/rule.ts'
import { alike, entries, rebuild, type Tensors } from '../tree.ts'
import type { Executor, Work } from './executor.ts'
import { host } from './host.ts'
import { tensor } from './tensor.ts'

/**
 * Runs rules: finds the executor for the leaves at hand, holds what it is given against the rule and against each other,
 * and puts results back into trees.
 */
export { host }

const executors = new Map<string, Executor>()

/** Gives a back end its own executor; the others run op by op. */
export const register = <L>(backend: string, executor: Executor<L>): void => {
  executors.set(backend, executor as Executor)
}

/** The executor for such leaves: float64 arrays run on the host, tensors where the current back end says. */
export const executorFor = (leaf: unknown): Executor => {
  if (host.shape(leaf)) return host as Executor
  return executors.get(tensor.name) ?? (tensor as Executor)
}

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
  const dtype = (leaf as { dtype?: string } | undefined)?.dtype
  throw mistake(who, `leaf "${path}" of ${what} is ${dtype ? `of dtype ${dtype}` : brief(leaf)}`, executor.leaves)
}

const checkShape = (
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

/** What a slot is in the state: a tree like θ, of tensors or of single numbers, or one number. */
const slotLike = ({ per }: Slot, { like }: Frame): unknown => (per === 'tree' ? 0 : like)
const scalarShape = ({ executor }: Frame): readonly number[] => (executor === (host as Executor) ? [1] : [])

/** The state as a tree: one record of slots, or a tuple of them, one for each rule of a chain. */
const stateOf = (rule: Rule, slot: (name: string, slot: Slot) => unknown, prefix = ''): unknown =>
  rule.parts
    ? rule.parts.map((part, i) => stateOf(part, slot, `${i}.`))
    : Object.fromEntries(Object.entries(rule.slots).map(([name, s]) => [name, slot(`${prefix}${name}`, s)]))

/** The leaves of every slot, in the order of the rule's slots. */
export const slotsOf = (who: string, rule: Rule, frame: Frame, state: unknown): readonly (readonly unknown[])[] => {
  const found: (readonly unknown[])[] = []
  const visit = (part: Rule, node: unknown, at: string): void => {
    if (part.parts) {
      if (!Array.isArray(node) || node.length !== part.parts.length)
        throw mistake(
          who,
          `the state is ${brief(node)}`,
          `an array of ${part.parts.length}, one for each part of the chain`,
        )
      for (const [i, inner] of part.parts.entries()) visit(inner, node[i], `state.${i}`)
      return
    }
    for (const [name, slot] of Object.entries(part.slots)) {
      const what = `${at}.${name}`
      const leaves = alike(who, what, slotLike(slot, frame), (node as Record<string, unknown> | undefined)?.[name])
      for (const [i, leaf] of leaves.entries()) {
        const expected = slot.per === 'element' ? (frame.shapes[i] as readonly number[]) : scalarShape(frame)
        checkShape(who, what, frame, slot.per === 'tree' ? '' : (frame.paths[i] as string), leaf, expected)
      }
      found.push(leaves)
    }
  }
  visit(rule, state, 'state')
  return found
}

/** Slots as a state. */
export const packed = (rule: Rule, { like }: Frame, slots: readonly (readonly unknown[])[]): unknown => {
  const names = Object.keys(rule.slots)
  return stateOf(rule, (name, slot) => {
    const leaves = slots[names.indexOf(name)] as readonly unknown[]
    return slot.per === 'tree' ? leaves[0] : rebuild(like, leaves)
  })
}

/** What an error calls a hyperparameter's value: its own, at this step. */
const valueAt = ({ of, name, value, range }: Hyperparameter, t: number): number => {
  if (typeof value === 'number') return value
  const x = value(t)
  if (typeof x === 'number' && range.holds(x)) return x
  throw mistake(of, `${name} is ${brief(x)} at t = ${t}`, range.say(name))
}

/** The value of every hyperparameter at step t, under the rule's own names. */
export const hypersAt = (rule: Rule, t: number): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(rule.hyper).map(([key, hyper]) => [key, valueAt(hyper, t)]))

export const constantsOf = (rule: Rule, { paths }: Frame): Work<unknown>['constants'] => {
  const constants = Object.entries(rule.leaf)
  if (constants.length === 0) return []
  return paths.map((path) => Object.fromEntries(constants.map(([name, f]) => [name, f(path)])))
}

export const reads = (rule: Rule, variable: string): boolean => readBy(rule).has(variable)

const readsOf = new WeakMap<Rule, ReadonlySet<string>>()
const readBy = (rule: Rule): ReadonlySet<string> => {
  const known = readsOf.get(rule) ?? new Set(variables(rule.step))
  readsOf.set(rule, known)
  return known
}

/** Hypers, t and the loss. */
export const scalarsAt = (rule: Rule, t: number, loss: number | undefined) => {
  if (loss === undefined && reads(rule, 'loss'))
    throw mistake(rule.name, 'the loss is missing', 'it in the fourth argument: { params, loss }')
  return { ...hypersAt(rule, t), t, ...(loss === undefined ? {} : { loss }) }
}

export const init = (rule: Rule, params: Tensors): unknown => {
  const frame = frameOf('optimizer.init', 'params', params)
  const { executor, shapes } = frame
  const leaves = entries(params).map(([, leaf]) => leaf)
  const slots = Object.values(rule.slots).map(({ per, start }): unknown[] => {
    if (start === 'theta') return leaves.map((leaf) => executor.copy(leaf))
    if (per === 'tree') return [executor.fill(scalarShape(frame), start)]
    return shapes.map((shape) => executor.fill(per === 'element' ? shape : scalarShape(frame), start))
  })
  return packed(rule, frame, slots)
}

export const update = <P>(rule: Rule, state: unknown, grad: P, t: number, at?: Point<P>): readonly [unknown, P] => {
  const who = 'optimizer.update'
  checkStep(who, t)
  const frame = at ? frameOf(who, 'params', at.params) : frameOf(who, 'grad', grad)
  if (!at && reads(rule, 'theta')) throw mistake(who, 'params are missing', 'them in the fourth argument: { params }')
  const { slots, delta } = frame.executor.update({
    rule,
    shapes: frame.shapes,
    grads: fitted(who, 'grad', frame, grad),
    ...(at ? { params: entries(at.params).map(([, leaf]) => leaf) } : {}),
    slots: slotsOf(who, rule, frame, state),
    scalars: scalarsAt(rule, t, at?.loss),
    constants: constantsOf(rule, frame),
  })
  return [packed(rule, frame, slots), rebuild(frame.like, delta) as P]
}

export const checkStep = (who: string, t: number): void => {
  if (!Number.isInteger(t) || t < 1) throw mistake(who, `t is ${brief(t)}`, 'the number of this update: 1, 2, 3, …')
}
