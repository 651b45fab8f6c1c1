import { choices, decided } from '../expr/choice.js'
import { variable } from '../expr/expr.js'
import { type Evaluate, number } from '../expr/number.js'
import { numbering } from '../expr/program.js'
import type { Env, Formulas } from './loops.js'

/**
 * A pass first decides what can be decided for a whole leaf; leaves that decide alike share a variant of its formulas. And what
 * a variant needs of numbers that are equal for all elements.
 */
export type Leaves = readonly number[]

/** The leaf constants that are not 0 on the leaves that have an output; all have it, if nothing is said. */
export type Owners = Readonly<Record<string, string>>

/** The leaves in groups that have the same formulas and decide every choice alike, each with its loop. */
export const variants = <L>(formulas: Formulas, compile: (chosen: Formulas) => L, owners: Owners = {}) => {
  const has = [...new Set(Object.values(owners))]
  const conditions = [...has.map((owner) => variable(owner, 'tensor')), ...choices(formulas)]
  const holds = conditions.map(number)
  const perLeaf = conditions.some(({ varies }) => varies !== 'tree')
  const compiled = new Map<string, L>()
  // Answers that differ where nobody asks, about other leaves' members, come to the same formulas.
  const loops = new Map<string, L>()
  const terms = numbering()
  const loopOf = (key: string): L => {
    const known = compiled.get(key)
    if (known) return known
    const answers = Array.from(key, (c) => c === '1')
    const there = Object.entries(formulas).filter(([name]) => answers[has.indexOf(owners[name] as string)] ?? true)
    const chosen = conditions.length === 0 ? formulas : decided(Object.fromEntries(there), conditions, answers)
    const same = Object.entries(chosen)
      .map(([name, formula]) => `${name} ${terms.of(formula)}`)
      .join()
    const loop = loops.get(same) ?? compile(chosen)
    loops.set(same, loop)
    compiled.set(key, loop)
    return loop
  }
  const keyOf = (env: Env): string => holds.map((condition) => (condition(env) === 0 ? '0' : '1')).join('')
  return (envs: readonly Env[]): readonly { readonly leaves: Leaves; readonly loop: L }[] => {
    const all = Array.from(envs.keys())
    const [first] = envs
    if (!first) return []
    if (!perLeaf) return [{ leaves: all, loop: loopOf(keyOf(first)) }]
    const groups = new Map<string, number[]>()
    for (const i of all) {
      const key = keyOf(envs[i] as Env)
      const group = groups.get(key)
      if (group) group.push(i)
      else groups.set(key, [i])
    }
    return [...groups].map(([key, leaves]) => ({ leaves, loop: loopOf(key) }))
  }
}

/** The scalars' values: those that are equal for the whole tree once, the others leaf by leaf. */
export const evaluator = (scalars: Formulas): ((tree: Env) => (leaf: Env) => readonly number[]) => {
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
