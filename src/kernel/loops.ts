import { type Expr, sumOver, variable } from '../expr/expr.js'
import { number } from '../expr/number.js'
import { type Reduce, stages } from '../expr/stages.js'
import type { Rule, Slot } from '../rule/rule.js'
import { mapPass, reducePass } from './passes.js'

/**
 * A rule as loops over memory, wherever the memory is: reduction passes first, then one map pass that writes every slot
 * and Δθ or θ′. In between, what is equal for all elements is computed here, in float64.
 *
 * `B` is a buffer: an address in tfjs's heap, a Float64Array. A column is one operand's buffers, leaf after leaf.
 */
export interface Memory<B> {
  /** A rewriting of formulas that this memory's loops run faster. */
  readonly prepare: (formula: Expr) => Expr
  map(inputs: readonly string[], scalars: readonly string[], formulas: Formulas, flushed: readonly string[]): MapLoop<B>
  reduce(inputs: readonly string[], scalars: readonly string[], reductions: readonly Reduce[]): ReduceLoop<B>
  get(buffer: B): number
  set(buffer: B, value: number): void
}

export type Formulas = Readonly<Record<string, Expr>>
export type Column<B> = readonly B[]
export type Columns<B> = readonly Column<B>[]

/** Over the leaves of these sizes; `scalars` are those of the i-th. */
export type MapLoop<B> = (
  sizes: readonly number[],
  inputs: readonly Column<B>[],
  outputs: readonly Column<B>[],
  scalars: (i: number) => readonly number[],
) => void
/** For each reduction its value on every leaf. */
export type ReduceLoop<B> = (
  sizes: readonly number[],
  inputs: readonly Column<B>[],
  scalars: (i: number) => readonly number[],
) => readonly (readonly number[])[]

/** The operands of one step, by name; an output may be where its input is. */
export interface Job<B> {
  readonly sizes: readonly number[]
  /** `g`, `theta` and every slot; nothing at a leaf that does not have the slot. */
  readonly inputs: Readonly<Record<string, Column<B>>>
  /** Every slot, and `OUT`. */
  readonly outputs: Readonly<Record<string, Column<B>>>
  readonly scalars: Env
  readonly constants: readonly Env[]
}

/** Δθ after an update, θ′ after an advance. */
export const OUT = "out'"

export type Mode = 'update' | 'advance' | 'guarded advance'

/** Runs a step; false, with nothing written, where a guarded one met a gradient that is not finite. */
export type Run<B> = (job: Job<B>) => boolean

export type Env = Readonly<Record<string, number>>
export type Growing = Record<string, number>

export const GUARD = "guard'"

/** The slots that a step writes; a rule that only reads its slots has no formulas for them. */
export const writtenOf = ({ step, slots }: Pick<Rule, 'step' | 'slots'>): readonly string[] =>
  Object.keys(slots).filter((name) => name in step)

/** Whether a leaf with these constants has a slot. */
const hasSlot = ({ on }: Slot, constants: Env | undefined): boolean => on === undefined || constants?.[on] !== 0

/** A slot's column as long as θ's: nothing at the leaves that do not have it. */
export const spread = <B>(slot: Slot, constants: readonly Env[], leaves: number, column: Column<B>): Column<B> => {
  if (slot.on === undefined || slot.per === 'tree') return column
  let next = 0
  return Array.from({ length: leaves }, (_, i) => (hasSlot(slot, constants[i]) ? column[next++] : undefined) as B)
}

/** 0 · g, summed up: 0, or NaN where a g is not finite. */
const notFinite = variable('g', 'element').mul(0)

/** What a step computes: θ′ = θ + Δθ in one pass with Δθ itself; with a guard, what is not 0 where a gradient is not finite. */
export const formulasOf = (
  { step, slots }: Pick<Rule, 'step' | 'slots'>,
  mode: Mode,
  guardOf = notFinite,
): Formulas => {
  const next = Object.fromEntries(writtenOf({ step, slots }).map((slot) => [slot, step[slot] as Expr]))
  const delta = step.delta as Expr
  const guard = { [GUARD]: sumOver('tree', guardOf) }
  const out = mode === 'update' ? delta : variable('theta', 'element').add(delta)
  return { ...(mode === 'guarded advance' ? guard : {}), ...next, [OUT]: out }
}

export const compile = <B>(rule: Rule, mode: Mode, memory: Memory<B>): Run<B> => {
  const { passes, outputs } = stages(formulasOf(rule, mode))
  const slots = Object.entries(rule.slots)
  const written = writtenOf(rule)
  const elementwise = [...written.filter((name) => rule.slots[name]?.per === 'element'), OUT]
  const uniform = slots.filter(([, { per }]) => per !== 'element').map(([name, slot]) => ({ name, ...slot }))
  const nexts = uniform
    .filter(({ name }) => written.includes(name))
    .map(({ name, per }) => ({ name, per, next: number(outputs[name] as Expr) }))
  const reduce = passes.map((reduces) => reducePass(reduces, memory))
  const owners = Object.fromEntries(
    elementwise.flatMap((name) => {
      const on = rule.slots[name]?.on
      return on === undefined ? [] : [[name, on]]
    }),
  )
  const map = mapPass(elementwise, outputs, memory, owners)
  const perLeaf =
    Object.keys(rule.leaf).length > 0 ||
    uniform.some(({ per }) => per === 'tensor') ||
    passes.flat().some(({ over }) => over === 'tensor')
  const guard = outputs[GUARD] && number(outputs[GUARD])

  return (job) => {
    const tree: Growing = { ...job.scalars }
    for (const { name, per } of uniform) if (per === 'tree') tree[name] = memory.get(job.inputs[name]?.[0] as B)
    const envs = job.sizes.map((_, i): Growing => {
      if (!perLeaf) return tree
      const env = Object.assign(Object.create(tree) as Growing, job.constants[i])
      for (const { name, per } of uniform) {
        if (per === 'tree') continue
        // A leaf that does not have the slot decides its choices all the same, and no formula of its own reads them.
        const at = job.inputs[name]?.[i]
        env[name] = at === undefined ? Number.NaN : memory.get(at)
      }
      return env
    })
    for (const pass of reduce) pass(job, tree, envs)
    if (guard && guard(tree) !== 0) return false
    const writes = nexts.flatMap(({ name, per, next }) =>
      (job.outputs[name] as Column<B | undefined>).flatMap((at, i) =>
        at === undefined ? [] : [{ at, value: next(per === 'tree' ? tree : (envs[i] as Env)) }],
      ),
    )
    map(job, tree, envs)
    for (const { at, value } of writes) memory.set(at, value)
    return true
  }
}
