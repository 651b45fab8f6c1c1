import { builtOfMany } from '../built.js'
import { fuse } from '../rule/fuse.js'
import { ofPart } from '../rule/part.js'
import { fromRule, type Rule } from '../rule/rule.js'
import { dispose } from '../tree.js'
import { discard } from './discard.js'
import type { Optimizer, Point } from './optimizer.js'

/**
 * Optimizers from left to right: the delta of each is the gradient of the next.
 *
 *     chain(a, chain(b, c)) = chain(chain(a, b), c) = chain(a, b, c)
 *     chain(identity, a) = chain(a) = chain(a, identity)
 *
 * Neighbouring rules become one rule, by substitution, and run as one. The state is the tuple of the parts' states, fused
 * or not, so both equations hold for states too.
 */
export interface Chain<S extends readonly unknown[]> extends Optimizer<S> {
  readonly parts: readonly Optimizer[]
}

export type StatesOf<Parts extends readonly unknown[]> = Parts extends readonly [infer First, ...infer Rest]
  ? [...(First extends Chain<infer S> ? S : First extends Optimizer<infer S> ? [S] : never), ...StatesOf<Rest>]
  : Parts extends readonly []
    ? []
    : unknown[]

export const chain = builtOfMany(
  'chain',
  'optimizer',
  <const Parts extends readonly Optimizer[]>(...optimizers: Parts): Chain<StatesOf<Parts>> => {
    const parts = optimizers.flatMap((o): readonly Optimizer[] => (isChain(o) ? o.parts : [o]))
    const rules = parts.map(({ rule }) => rule)
    const fused = isRules(rules) ? fromRule(fuseAll(rules)) : inTurn(parts.length, grouped(parts))
    return { ...fused, ...probeOf(parts), ...readoutOf(parts), parts } as Chain<StatesOf<Parts>>
  },
)

const isChain = (optimizer: Optimizer): optimizer is Chain<unknown[]> & Optimizer => 'parts' in optimizer
const isRules = (rules: readonly (Rule | undefined)[]): rules is readonly Rule[] => rules.every((r) => r !== undefined)

const fuseAll = (rules: readonly Rule[]): Rule => ({
  ...fuse('chain', rules, ofPart),
  parts: rules,
})

/** A stretch of parts that run as one: some rules, or one optimizer that is none. */
interface Stretch {
  readonly from: number
  readonly parts: readonly Optimizer[]
  readonly fused: Optimizer
}

const grouped = (parts: readonly Optimizer[]): readonly Stretch[] => {
  const stretches: { from: number; parts: Optimizer[] }[] = []
  for (const [i, part] of parts.entries()) {
    const last = stretches.at(-1)
    if (part.rule && last?.parts[0]?.rule) last.parts.push(part)
    else stretches.push({ from: i, parts: [part] })
  }
  return stretches.map(({ from, parts }) => {
    const rules = parts.map(({ rule }) => rule)
    return { from, parts, fused: isRules(rules) ? fromRule(fuseAll(rules)) : (parts[0] as Optimizer) }
  })
}

/** Stretch after stretch. The deltas in between are ours: gone at the end, unless a part kept one or handed on another's. */
const inTurn = (length: number, stretches: readonly Stretch[]): Optimizer<readonly unknown[]> => ({
  init: (params) => stretches.flatMap(({ parts }) => parts.map((part) => part.init(params))),
  update: <P>(state: readonly unknown[], grad: P, t: number, at: Point<P>) => {
    const next: unknown[] = new Array(length)
    const between: unknown[] = []
    let delta = grad
    for (const { from, parts, fused } of stretches) {
      const own = fused.rule ? state.slice(from, from + parts.length) : state[from]
      const [after, d] = fused.update(own, delta, t, at)
      if (fused.rule) for (const [i, s] of (after as unknown[]).entries()) next[from + i] = s
      else next[from] = after
      between.push(delta)
      delta = d
    }
    discard(between, grad, state, at, next, delta)
    return [next, delta] as const
  },
})

/** Parameters from part to part; what was only on the way is gone. */
const through = <P>(parts: readonly Optimizer[], params: P, move: (part: Optimizer, i: number, at: P) => P): P =>
  parts.reduce((at, part, i) => {
    const next = move(part, i, at)
    if (at !== params && at !== next) dispose(at)
    return next
  }, params)

/** The gradient is taken where the first part that asks wants it, then where the next one does from there. */
const probeOf = (parts: readonly Optimizer[]): Pick<Optimizer<readonly unknown[]>, 'probe'> => {
  if (!parts.some(({ probe }) => probe)) return {}
  return {
    probe: (state, params, gradAt, t) =>
      through(parts, params, (part, i, at) => (part.probe ? part.probe(state[i], at, gradAt, t) : at)),
  }
}

const readoutOf = (parts: readonly Optimizer[]): Pick<Optimizer<readonly unknown[]>, 'readout'> => {
  if (!parts.some(({ readout }) => readout)) return {}
  return {
    readout: (state, params) =>
      through(parts, params, (part, i, at) => (part.readout ? part.readout(state[i], at) : at)),
  }
}
