import { type Expr, scheduled, variable } from '../expr/expr.js'
import { substitute } from '../expr/fold.js'
import { variables } from '../expr/program.js'
import { mistake } from '../failure.js'
import { valueAt } from '../kernel/kernel.js'
import { type Hyperparameter, mapRecord, type Rule } from './formula.js'

/**
 * Rules as parts of another rule: each is placed in it, under names that tell them apart and with any formula for its `g`;
 * then they are united.
 *
 * The names of part 0 begin with `0.`, those of part 1 of part 0 with `0.1.`; the state has the same nesting.
 */

/** The name that a slot or hyper of part i bears in the whole. */
export const ofPart = (i: number, own: string): string => `${i}.${own}`

/** What a part sees as t: a formula, and, if it can be told from t alone, the function of t that it is. */
export interface Clock {
  readonly t: Expr
  readonly at?: (t: number) => number
}

const T: Clock = { t: variable('t', 'tree'), at: (t) => t }

/** A rule with other names, fed with this formula, on this clock. */
export const placed = (rule: Rule, g: Expr, rename: (own: string) => string, { t, at }: Clock = T): Rule => {
  const hypers = mapRecord(rule.hyper, (hyper): Hyperparameter => {
    const { value } = hyper
    if (typeof value === 'number' || at === T.at || hyper.clocked) return hyper
    return at ? { ...hyper, value: (t) => value(at(t)) } : { ...hyper, clocked: true }
  })
  // A clock that counts steps is 0 before the first one, where a schedule has no value and none is used.
  const hyperTerm = (own: string, { clocked }: Hyperparameter): Expr =>
    clocked
      ? scheduled(rename(own), (t) => valueAt(rule.hyper[own] as Hyperparameter, Math.max(1, t)), t)
      : variable(rename(own), 'tree')
  const renamed = <A>(record: Readonly<Record<string, A>>): Readonly<Record<string, A>> =>
    Object.fromEntries(Object.entries(record).map(([own, value]) => [rename(own), value]))
  const terms = {
    g,
    t,
    ...mapRecord(hypers, (hyper, own) => hyperTerm(own, hyper)),
    ...mapRecord(rule.slots, ({ per }, own) => variable(rename(own), per)),
    ...mapRecord(rule.leaf, (_, own) => variable(rename(own), 'tensor')),
  }
  const { name, slots, leaf, probe, readout } = rule
  const step = mapRecord(rule.step, substitute(terms))
  // Both are of θ and the slots alone; a probe's g is the gradient itself, whatever stands before it.
  const { g: _, ...own } = terms
  const next = mapRecord(slots, (_, own) => step[own] as Expr)
  return {
    name,
    hyper: renamed(hypers),
    slots: renamed(mapRecord(slots, (slot) => (slot.on === undefined ? slot : { ...slot, on: rename(slot.on) }))),
    leaf: renamed(leaf),
    step: { ...renamed(next), delta: step.delta as Expr },
    ...(probe && { probe: substitute(own)(probe) }),
    ...(readout && { readout: substitute(own)(readout) }),
  }
}

/** One rule with the slots and hypers of all, and this delta. */
export const united = (name: string, parts: readonly Rule[], delta: Expr): Rule => {
  const seen = new Set<string>()
  for (const { hyper, slots, leaf } of parts)
    for (const key of Object.keys({ ...hyper, ...slots, ...leaf })) {
      if (seen.has(key)) throw mistake(name, `two of its parts have a slot or hyper "${key}"`, 'one')
      seen.add(key)
    }
  const all = <K extends 'hyper' | 'slots' | 'leaf' | 'step'>(kind: K): Rule[K] =>
    Object.assign({}, ...parts.map((part) => part[kind])) as Rule[K]
  const { delta: _, ...next } = all('step')
  const probe = inTurn(
    name,
    parts.map((part) => part.probe),
  )
  const readout = inTurn(
    name,
    parts.map((part) => part.readout),
  )
  return {
    name,
    hyper: all('hyper'),
    slots: all('slots'),
    leaf: all('leaf'),
    step: { ...next, delta },
    ...(probe && { probe }),
    ...(readout && { readout }),
  }
}

/** Where the last part gets to from where the one before it got to, and so on from θ. */
const inTurn = (name: string, points: readonly (Expr | undefined)[]): Expr | undefined =>
  points.reduce((from, point) => {
    if (!from || !point) return from ?? point
    if (variables({ point }).includes('g'))
      throw mistake(name, 'a part takes a gradient where another part leads', 'that part first')
    return substitute({ theta: from })(point)
  }, undefined)
