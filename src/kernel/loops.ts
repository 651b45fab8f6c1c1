import { type Expr, sumOver, variable } from '../expr/expr.ts'
import { type Evaluate, number } from '../expr/number.ts'
import { variables } from '../expr/program.ts'
import { type Reduce, stages } from '../expr/stages.ts'
import { hoist } from '../expr/uniform.ts'
import type { Rule } from '../rule/rule.ts'

/**
 * A rule as loops over memory, wherever the memory is: reduction passes first, then one map pass that writes every slot
 * and Δθ or θ′. In between, what is equal for all elements is computed here, in float64.
 *
 * `B` is a buffer: an address in tfjs's heap, a Float64Array.
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
export type MapLoop<B> = (n: number, inputs: readonly B[], outputs: readonly B[], scalars: readonly number[]) => void
export type ReduceLoop<B> = (n: number, inputs: readonly B[], scalars: readonly number[]) => readonly number[]

/** Buffers of one step, leaf by leaf; `next` may be where the slots are already. */
export interface Job<B> {
  readonly sizes: readonly number[]
  readonly grads: readonly B[]
  readonly params?: readonly B[] | undefined
  readonly slots: readonly (readonly B[])[]
  readonly next: readonly (readonly B[])[]
  /** Δθ, or θ′. */
  readonly out: readonly B[]
  readonly scalars: Readonly<Record<string, number>>
  readonly constants: readonly Readonly<Record<string, number>>[]
}

export type Mode = 'update' | 'advance' | 'guarded advance'

/** Runs a step; false, with nothing written, where a guarded one met a gradient that is not finite. */
export type Run<B> = (job: Job<B>) => boolean

type Env = Record<string, number>

const OUT = "out'"
const GUARD = "guard'"
const delta = (rule: Rule): Expr => rule.step.delta as Expr

/** θ′ = θ + Δθ, in one pass with Δθ itself. */
const written = (rule: Rule, mode: Mode): Formulas => {
  const slots = Object.fromEntries(Object.keys(rule.slots).map((slot) => [slot, rule.step[slot] as Expr]))
  return { ...slots, [OUT]: mode === 'update' ? delta(rule) : variable('theta', 'element').add(delta(rule)) }
}

export const compile = <B>(rule: Rule, mode: Mode, memory: Memory<B>): Run<B> => {
  const slotNames = Object.keys(rule.slots)
  const per = (slot: string) => (slot === OUT ? 'element' : rule.slots[slot]?.per)
  const formulas = written(rule, mode)
  // 0 · g is 0 for every finite g and NaN for all others: a sum that is 0 or NaN.
  const guard: Formulas =
    mode === 'guarded advance' ? { [GUARD]: sumOver('tree', variable('g', 'element').mul(0)) } : {}
  const { passes, outputs } = stages<string>({ ...guard, ...formulas })

  const elementwise = Object.keys(formulas).filter((name) => per(name) === 'element')
  const map = scalarsOf(pick(outputs, elementwise, memory.prepare))
  const inputs = variables(map.outputs, ['element'])
  const mapLoop = memory.map(
    inputs,
    Object.keys(map.scalars),
    map.outputs,
    elementwise.filter((name) => name !== OUT),
  )
  const mapScalars = evaluator(map.scalars)

  const reductions = passes.map((reduces) => {
    const args = scalarsOf(Object.fromEntries(reduces.map(({ name, arg }) => [name, arg])))
    const ins = variables(args.outputs, ['element'])
    const lowered = reduces.map((r) => ({ ...r, arg: args.outputs[r.name] as Expr }))
    return {
      reduces,
      ins,
      loop: memory.reduce(ins, Object.keys(args.scalars), lowered),
      scalars: evaluator(args.scalars),
    }
  })

  const uniformSlots = slotNames
    .filter((slot) => per(slot) !== 'element')
    .map((slot) => ({ slot, at: slotNames.indexOf(slot), per: per(slot), next: number(outputs[slot] as Expr) }))
  const perLeaf = Object.keys(rule.leaf).length > 0 || slotNames.some((s) => per(s) === 'tensor')

  return (job) => {
    const leaf = (input: string, i: number): B => {
      if (input === 'g') return job.grads[i] as B
      if (input === 'theta') return job.params?.[i] as B
      return job.slots[slotNames.indexOf(input)]?.[i] as B
    }
    const tree: Env = { ...job.scalars }
    for (const { slot, at, per } of uniformSlots) if (per === 'tree') tree[slot] = memory.get(job.slots[at]?.[0] as B)
    const separate = perLeaf || passes.some((pass) => pass.some(({ over }) => over === 'tensor'))
    const envs = job.sizes.map((_, i): Env => {
      if (!separate) return tree
      const env: Env = Object.assign(Object.create(tree) as Env, job.constants[i])
      for (const { slot, at, per } of uniformSlots)
        if (per === 'tensor') env[slot] = memory.get(job.slots[at]?.[i] as B)
      return env
    })

    for (const { reduces, ins, loop, scalars } of reductions) {
      for (const { op, over, name } of reduces) if (over === 'tree') tree[name] = op === 'sum' ? 0 : -Infinity
      const valuesAt = scalars(tree)
      const found = job.sizes.map((n, i) =>
        loop(
          n,
          ins.map((x) => leaf(x, i)),
          valuesAt(envs[i] as Env),
        ),
      )
      for (const [i, values] of found.entries())
        for (const [k, { op, over, name }] of reduces.entries()) {
          const value = values[k] as number
          if (over === 'tensor') (envs[i] as Env)[name] = value
          else tree[name] = op === 'sum' ? (tree[name] as number) + value : Math.max(tree[name] as number, value)
        }
      if (mode === 'guarded advance' && tree[guardName(outputs)] !== undefined && tree[guardName(outputs)] !== 0)
        return false
    }

    const nextUniform = uniformSlots.map(({ at, per, next }) => ({
      at,
      values: per === 'tree' ? [next(tree)] : envs.map((env) => next(env)),
    }))
    const valuesAt = mapScalars(tree)
    for (const [i, n] of job.sizes.entries()) {
      const outs = elementwise.map((name) =>
        name === OUT ? (job.out[i] as B) : (job.next[slotNames.indexOf(name)]?.[i] as B),
      )
      mapLoop(
        n,
        inputs.map((x) => leaf(x, i)),
        outs,
        valuesAt(envs[i] as Env),
      )
    }
    for (const { at, values } of nextUniform)
      for (const [i, value] of values.entries()) memory.set(job.next[at]?.[i] as B, value)
    return true
  }
}

const guardName = (outputs: Formulas): string => {
  const { node } = outputs[GUARD] as Expr
  return node.kind === 'variable' ? node.name : ''
}

const pick = (formulas: Formulas, names: readonly string[], f: (formula: Expr) => Expr): Formulas =>
  Object.fromEntries(names.map((name) => [name, f(formulas[name] as Expr)]))

const scalarsOf = (formulas: Formulas) => hoist(formulas)

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
