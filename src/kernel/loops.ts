import { type Expr, sumOver, variable } from '../expr/expr.js'
import { type Evaluate, number } from '../expr/number.js'
import { variables } from '../expr/program.js'
import { type Reduce, stages } from '../expr/stages.js'
import { hoist } from '../expr/uniform.js'
import type { Rule } from '../rule/rule.js'

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
  /** `g`, `theta` and every slot. */
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

type Env = Readonly<Record<string, number>>
type Growing = Record<string, number>

const GUARD = "guard'"

/** What a step computes: θ′ = θ + Δθ in one pass with Δθ itself; with a guard, 0 · g summed up: 0, or NaN where a g is not finite. */
const formulasOf = ({ step, slots }: Rule, mode: Mode): Formulas => {
  const next = Object.fromEntries(Object.keys(slots).map((slot) => [slot, step[slot] as Expr]))
  const delta = step.delta as Expr
  const guard = { [GUARD]: sumOver('tree', variable('g', 'element').mul(0)) }
  const out = mode === 'update' ? delta : variable('theta', 'element').add(delta)
  return { ...(mode === 'guarded advance' ? guard : {}), ...next, [OUT]: out }
}

export const compile = <B>(rule: Rule, mode: Mode, memory: Memory<B>): Run<B> => {
  const { passes, outputs } = stages(formulasOf(rule, mode))
  const slots = Object.entries(rule.slots)
  const elementwise = [...slots.flatMap(([name, { per }]) => (per === 'element' ? [name] : [])), OUT]
  const uniform = slots.flatMap(([name, { per }]) =>
    per === 'element' ? [] : [{ name, per, next: number(outputs[name] as Expr) }],
  )
  const reduce = passes.map((reduces) => reducePass(reduces, memory))
  const map = mapPass(elementwise, outputs, memory)
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
      for (const { name, per } of uniform) if (per === 'tensor') env[name] = memory.get(job.inputs[name]?.[i] as B)
      return env
    })
    for (const pass of reduce) pass(job, tree, envs)
    if (guard && guard(tree) !== 0) return false
    const nextUniform = uniform.map(({ name, per, next }) => ({
      name,
      values: per === 'tree' ? [next(tree)] : envs.map(next),
    }))
    map(job, tree, envs)
    for (const { name, values } of nextUniform)
      for (const [i, value] of values.entries()) memory.set(job.outputs[name]?.[i] as B, value)
    return true
  }
}

type Pass<B> = (job: Job<B>, tree: Growing, envs: readonly Growing[]) => void

/** Leaves its results in the environments: the tree's, or each leaf's own. */
const reducePass = <B>(reduces: readonly Reduce[], memory: Memory<B>): Pass<B> => {
  const { outputs, scalars } = hoist(Object.fromEntries(reduces.map(({ name, arg }) => [name, arg])))
  const inputs = variables(outputs, ['element'])
  const lowered = reduces.map((r) => ({ ...r, arg: outputs[r.name] as Expr }))
  const loop = memory.reduce(inputs, Object.keys(scalars), lowered)
  const values = evaluator(scalars)
  return (job, tree, envs) => {
    const columns = inputs.map((name) => job.inputs[name] as Column<B>)
    const valuesAt = values(tree)
    const found = loop(job.sizes, columns, (i) => valuesAt(envs[i] as Env))
    for (const [k, { op, over, name }] of reduces.entries()) {
      const each = found[k] as readonly number[]
      if (over === 'tensor') for (const [i, env] of envs.entries()) env[name] = each[i] as number
      else
        tree[name] = op === 'sum' ? each.reduce((a, b) => a + b, 0) : each.reduce((a, b) => Math.max(a, b), -Infinity)
    }
  }
}

const mapPass = <B>(names: readonly string[], formulas: Formulas, memory: Memory<B>): Pass<B> => {
  const prepared = Object.fromEntries(names.map((name) => [name, memory.prepare(formulas[name] as Expr)]))
  const { outputs, scalars } = hoist(prepared)
  const inputs = variables(outputs, ['element'])
  const flushed = names.filter((name) => name !== OUT)
  const loop = memory.map(inputs, Object.keys(scalars), outputs, flushed)
  const values = evaluator(scalars)
  return (job, tree, envs) => {
    const ins = inputs.map((name) => job.inputs[name] as Column<B>)
    const outs = names.map((name) => job.outputs[name] as Column<B>)
    const valuesAt = values(tree)
    loop(job.sizes, ins, outs, (i) => valuesAt(envs[i] as Env))
  }
}

/** The scalars' values: those that are equal for the whole tree once, the others leaf by leaf. */
const evaluator = (scalars: Formulas): ((tree: Env) => (leaf: Env) => readonly number[]) => {
  const formulas = Object.values(scalars)
  const values = formulas.map(number)
  const perLeaf = formulas.flatMap(({ varies }, k) => (varies === 'tree' ? [] : [k]))
  return (tree) => {
    const shared = values.map((value, k) => (perLeaf.includes(k) ? 0 : value(tree)))
    if (perLeaf.length === 0) return () => shared
    return (leaf) => {
      const own = [...shared]
      for (const k of perLeaf) own[k] = (values[k] as Evaluate)(leaf)
      return own
    }
  }
}
