import { type Expr, substitute, variable } from '../expr/expr.js'
import { mistake } from '../failure.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { g, mapRecord, type Rule } from './formula.js'
import { fromRule } from './rule.js'

/**
 * Rules one after the other as one rule: the delta of each takes the place of `g` in the next.
 *
 *     fuse(a) = a      fuse(fuse(a, b), c) = fuse(a, fuse(b, c))      up to names
 */
export const fuse = (name: string, rules: readonly Rule[], rename: (part: number, name: string) => string): Rule => {
  const all = { hyper: {}, slots: {}, leaf: {} } as { [K in 'hyper' | 'slots' | 'leaf']: Record<string, never> }
  const step: Record<string, Expr> = {}
  let delta: Expr = g
  for (const [part, rule] of rules.entries()) {
    const renamed: Record<string, Expr> = { g: delta }
    for (const kind of ['hyper', 'slots', 'leaf'] as const)
      for (const [own, value] of Object.entries(rule[kind])) {
        const key = rename(part, own)
        if (key in all.hyper || key in all.slots || key in all.leaf)
          throw mistake(name, `two of its parts have a slot or hyper "${key}"`, 'one')
        all[kind][key] = value as never
        const varies = kind === 'hyper' ? 'tree' : kind === 'leaf' ? 'tensor' : (rule.slots[own]?.per ?? 'element')
        renamed[own] = variable(key, varies)
      }
    const substituted = mapRecord(rule.step, substitute(renamed))
    for (const slot of Object.keys(rule.slots)) step[rename(part, slot)] = substituted[slot] as Expr
    delta = substituted.delta as Expr
  }
  return { name, ...all, step: { ...step, delta } }
}

/** One optimizer of several formulas that has a name, slots and hypers of its own. */
export const named = <S>(name: string, ...rules: readonly Rule[]): Optimizer<S> => {
  const fused = fuse(name, rules, (_, own) => own)
  return fromRule({ ...fused, hyper: mapRecord(fused.hyper, (hyper) => ({ ...hyper, of: name })) }) as Optimizer<S>
}
