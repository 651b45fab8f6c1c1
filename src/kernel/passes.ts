import type { Expr } from '../expr/expr.js'
import { number } from '../expr/number.js'
import { variables } from '../expr/program.js'
import type { Reduce } from '../expr/stages.js'
import { hoist } from '../expr/uniform.js'
import { type Column, type Env, type Formulas, type Growing, type Job, type Memory, OUT } from './loops.js'
import { evaluator, type Leaves, type Owners, variants } from './variants.js'

/** The passes of a step over memory: a loop for each variant of a pass, compiled when it is first needed. */
export type Pass<B> = (job: Job<B>, tree: Growing, envs: readonly Growing[]) => void

/** Leaves its results in the environments: the tree's, or each leaf's own. */
export const reducePass = <B>(reduces: readonly Reduce[], memory: Memory<B>): Pass<B> => {
  const formulas = Object.fromEntries(reduces.map(({ name, arg }) => [name, arg]))
  const each = variants(formulas, (args) => reduceVariant(reduces, args, memory))
  return (job, tree, envs) => {
    const found = reduces.map((): number[] => [])
    for (const { leaves, loop } of each(envs)) {
      const results = loop(job, tree, envs, leaves)
      for (const [k, values] of results.entries())
        for (const [j, i] of leaves.entries()) (found[k] as number[])[i] = values[j] as number
    }
    for (const [k, { op, over, name }] of reduces.entries()) {
      const values = found[k] as readonly number[]
      if (over === 'tensor') for (const [i, env] of envs.entries()) env[name] = values[i] as number
      else tree[name] = values.reduce((a, b) => JOIN[op].join(a, b), JOIN[op].unit)
    }
  }
}

/** What joins a reduction's values over leaves, and what it is of so many equal numbers. */
export const JOIN = {
  sum: { join: (a: number, b: number) => a + b, unit: 0, ofEqual: (x: number, n: number) => (x === 0 ? 0 : x * n) },
  max: {
    join: (a: number, b: number) => Math.max(a, b),
    unit: -Infinity,
    ofEqual: (x: number, n: number) => (n === 0 ? -Infinity : x),
  },
} as const

/** What is equal for all elements of a leaf needs no loop. */
const reduceVariant = <B>(reduces: readonly Reduce[], args: Formulas, memory: Memory<B>) => {
  const equal = reduces.map(({ name }) => {
    const arg = args[name] as Expr
    return arg.varies === 'element' ? undefined : number(arg)
  })
  const looped = reduces.filter((_, k) => !equal[k])
  const { outputs, scalars } = hoist(Object.fromEntries(looped.map(({ name }) => [name, args[name] as Expr])))
  const inputs = variables(outputs, ['element'])
  const lowered = looped.map((r) => ({ ...r, arg: outputs[r.name] as Expr }))
  const loop = looped.length > 0 ? memory.reduce(inputs, Object.keys(scalars), lowered) : () => []
  const values = evaluator(scalars)
  return (job: Job<B>, tree: Env, envs: readonly Env[], leaves: Leaves): readonly (readonly number[])[] => {
    const sizes = at(job.sizes, leaves)
    const valuesAt = values(tree)
    const columns = inputs.map((name) => at(job.inputs[name] as Column<B>, leaves))
    const found = loop(sizes, columns, (j) => valuesAt(envs[leaves[j] as number] as Env))
    let next = 0
    return reduces.map(({ op }, k) => {
      const value = equal[k]
      if (!value) return found[next++] as readonly number[]
      return sizes.map((n, j) => JOIN[op].ofEqual(value(envs[leaves[j] as number] as Env), n))
    })
  }
}

/** Writes every one of these outputs. */
export const mapPass = <B>(
  names: readonly string[],
  formulas: Formulas,
  memory: Memory<B>,
  owners: Owners,
): Pass<B> => {
  const outputs = Object.fromEntries(names.map((name) => [name, formulas[name] as Expr]))
  const each = variants(outputs, (chosen) => mapVariant(chosen, memory), owners)
  return (job, tree, envs) => {
    for (const { leaves, loop } of each(envs)) loop(job, tree, envs, leaves)
  }
}

const mapVariant = <B>(formulas: Formulas, memory: Memory<B>) => {
  const names = Object.keys(formulas)
  const compiled = new Map<string, ReturnType<typeof mapLoop<B>>>()
  const unchanged = names.filter((name) => {
    const { node } = formulas[name] as Expr
    return node.kind === 'variable' && node.name === sourceOf(name)
  })
  return (job: Job<B>, tree: Env, envs: readonly Env[], leaves: Leaves): void => {
    const columnOf = (record: Job<B>['inputs'], name: string) => at(record[name] as Column<B>, leaves)
    const outs = Object.fromEntries(names.map((name) => [name, columnOf(job.outputs, name)]))
    const inPlace = (name: string) => {
      const ins = columnOf(job.inputs, sourceOf(name))
      return (outs[name] as Column<B>).every((out, j) => out === ins[j])
    }
    // A slot that stays as it is where it is.
    const written = names.filter((name) => !(unchanged.includes(name) && inPlace(name)))
    if (written.length === 0) return
    const key = written.join()
    const loop = compiled.get(key) ?? mapLoop(written, formulas, memory)
    compiled.set(key, loop)
    loop(job, tree, envs, leaves, outs)
  }
}

/** What an output is the next value of. */
export const sourceOf = (name: string): string => (name === OUT ? 'theta' : name)

const mapLoop = <B>(names: readonly string[], formulas: Formulas, memory: Memory<B>) => {
  const prepared = Object.fromEntries(names.map((name) => [name, memory.prepare(formulas[name] as Expr)]))
  const { outputs, scalars } = hoist(prepared)
  const inputs = variables(outputs, ['element'])
  const flushed = names.filter((name) => name !== OUT)
  const loop = memory.map(inputs, Object.keys(scalars), outputs, flushed)
  const values = evaluator(scalars)
  return (job: Job<B>, tree: Env, envs: readonly Env[], leaves: Leaves, outs: Readonly<Record<string, Column<B>>>) => {
    const ins = inputs.map((name) => at(job.inputs[name] as Column<B>, leaves))
    const valuesAt = values(tree)
    const scalarsOf = (j: number) => valuesAt(envs[leaves[j] as number] as Env)
    loop(
      at(job.sizes, leaves),
      ins,
      names.map((name) => outs[name] as Column<B>),
      scalarsOf,
    )
  }
}

/** Of a column, these leaves; itself where they are all. */
const at = <A>(column: readonly A[], leaves: Leaves): readonly A[] =>
  leaves.length === column.length ? column : leaves.map((i) => column[i] as A)
