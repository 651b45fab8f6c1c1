import { brief, mistake } from '../failure.js'
import type { Rule, Slot } from '../rule/rule.js'
import { alike, pruned, rebuild } from '../tree.js'
import { checkShape, type Frame } from './frame.js'
import { host } from './host.js'

/**
 * A rule's slots and the state they make up: a record of slots, for a rule with parts (a chain, a blend) the tuple
 * of their states.
 */

/** What a slot is in the state: a tree of the leaves of θ that have it, of tensors or of single numbers; or one number. */
const slotLike = (slot: Slot, { like, paths }: Frame, leaf: Rule['leaf']): unknown => {
  if (slot.per === 'tree') return 0
  const on = slot.on === undefined ? undefined : leaf[slot.on]
  return on
    ? pruned(
        like,
        paths.map((path) => on(path) !== 0),
      )
    : like
}

/** Which leaves of θ have a slot, by their places. */
export const placesOf = ({ on }: Slot, { paths }: Frame, leaf: Rule['leaf']): readonly number[] => {
  const has = on === undefined ? undefined : leaf[on]
  return [...paths.keys()].filter((i) => has?.(paths[i] as string) !== 0)
}

/** Of a slot's single number. */
export const scalarShape = ({ executor }: Frame): readonly number[] => (executor.shape === host.shape ? [1] : [])

/** The state as a tree: one record of slots, or a tuple, one for each part, whose names begin with its index. */
const stateOf = (rule: Rule, slot: (name: string) => unknown, prefix = ''): unknown =>
  rule.parts
    ? rule.parts.map((part, i) => stateOf(part, slot, `${prefix}${i}.`))
    : Object.fromEntries(Object.keys(rule.slots).map((name) => [name, slot(`${prefix}${name}`)]))

/** The leaves of every slot, in the order of the rule's slots. */
export const slotsOf = (who: string, rule: Rule, frame: Frame, state: unknown): readonly (readonly unknown[])[] => {
  const found: Record<string, readonly unknown[]> = {}
  const visit = (part: Rule, node: unknown, at: string, prefix: string): void => {
    if (part.parts) {
      if (!Array.isArray(node) || node.length !== part.parts.length)
        throw mistake(
          who,
          `the ${at} is ${brief(node)}`,
          `an array of ${part.parts.length}, one for each part of the ${part.name}`,
        )
      for (const [i, inner] of part.parts.entries()) visit(inner, node[i], `${at}.${i}`, `${prefix}${i}.`)
      return
    }
    for (const name of Object.keys(part.slots)) {
      const slot = rule.slots[`${prefix}${name}`] as Slot
      const what = `${at}.${name}`
      const leaves = alike(who, what, slotLike(slot, frame, rule.leaf), (node as Branch | undefined)?.[name])
      const places = placesOf(slot, frame, rule.leaf)
      for (const [k, leaf] of leaves.entries()) {
        const i = places[k] as number
        const expected = slot.per === 'element' ? (frame.shapes[i] as readonly number[]) : scalarShape(frame)
        checkShape(who, what, frame, slot.per === 'tree' ? '' : (frame.paths[i] as string), leaf, expected)
      }
      found[`${prefix}${name}`] = leaves
    }
  }
  visit(rule, state, 'state', '')
  return Object.keys(rule.slots).map((name) => found[name] as readonly unknown[])
}

type Branch = Readonly<Record<string, unknown>>

/** Slots as a state. */
export const packed = (rule: Rule, frame: Frame, slots: readonly (readonly unknown[])[]): unknown => {
  const names = Object.keys(rule.slots)
  return stateOf(rule, (name) => {
    const leaves = slots[names.indexOf(name)] as readonly unknown[]
    const slot = rule.slots[name] as Slot
    return slot.per === 'tree' ? leaves[0] : rebuild(slotLike(slot, frame, rule.leaf), leaves)
  })
}
