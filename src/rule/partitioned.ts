import { type Expr, select, variable } from '../expr/expr.js'
import { g, mapRecord, type Rule } from './formula.js'
import { ofPart, placed, united } from './part.js'
import { within } from './within.js'

/**
 * Rules side by side, each on leaves of its own: its slots are there and nowhere else, and its sums and maxima over the tree are
 * over these leaves.
 */
export interface Share {
  readonly rule: Rule
  /** Every leaf is one share's. */
  readonly has: (path: string) => boolean
}

export const partitioned = (name: string, shares: readonly Share[]): Rule => {
  const parts = shares.map((share, i) => shared(share, i))
  const delta = parts
    .map((part) => part.step.delta as Expr)
    .reduceRight((others, own, i) => select(memberOf(i), own, others))
  return { ...united(name, parts, delta), parts: shares.map(({ rule }) => rule) }
}

/** No slot or hyper of a rule can be called so. */
const MEMBER = "member'"
const memberOf = (i: number): Expr => variable(ofPart(i, MEMBER), 'tensor')

const shared = ({ rule, has }: Share, i: number): Rule => {
  const part = placed(rule, g, (own) => ofPart(i, own))
  // Nothing is asked about others' leaves. A share in a share: its slots stand where both have the leaf.
  const leaf = mapRecord(part.leaf, (f) => (path: string) => (has(path) ? f(path) : 0))
  return {
    ...part,
    leaf: { ...leaf, [ofPart(i, MEMBER)]: (path) => (has(path) ? 1 : 0) },
    slots: mapRecord(part.slots, (slot) =>
      slot.per === 'tree' || slot.on ? slot : { ...slot, on: ofPart(i, MEMBER) },
    ),
    step: mapRecord(part.step, within(memberOf(i))),
  }
}
