import { type Expr, select, variable } from '../expr/expr.js'
import { program } from '../expr/program.js'
import { mapRecord, type Rule } from './formula.js'
import { type Clock, ofPart, placed, united } from './part.js'
import { within } from './within.js'

/**
 * A rule that makes its step only where a condition holds: elsewhere its slots stay as they are, and its delta is another.
 * A condition that is equal for all elements is decided before the loop: then nothing of the step is computed, nor its norms.
 */
export const gated = (part: Rule, when: Expr, otherwise: Expr | number): Rule => {
  // A condition that waits for a reduction itself would make the step's own wait for it, in a pass more.
  const waits = program({ when }).code.some(({ kind }) => kind === 'reduce')
  const step = waits ? part.step : mapRecord(part.step, within(when))
  return {
    ...part,
    step: mapRecord(step, (next, name) =>
      select(when, next, name === 'delta' ? otherwise : variable(name, part.slots[name]?.per ?? 'element')),
    ),
  }
}

/** A combinator's own slots and hypers, and the rule that it holds, as one: part 0 and part 1. */
interface Held {
  /** The combinator's own formulas, made with `formula`. */
  readonly own: Rule
  readonly rule: Rule
  /** What the rule is fed with, when it steps and on which clock, by the combinator's own symbols, next values and delta. */
  join(own: Own): {
    readonly g: Expr
    /** At every update, if nothing is said. */
    readonly when?: Expr
    readonly clock?: Clock
    /** The delta where it does not step. */
    readonly otherwise?: Expr | number
  }
}

/** The symbols of a combinator's hypers and slots, the slots' next values, and its delta. */
interface Own {
  of(name: string): Expr
  next(slot: string): Expr
}

export const held = ({ own, rule, join }: Held): Rule => {
  const mine = placed(own, variable('g', 'element'), (name) => ofPart(0, name))
  const symbols: Own = {
    of: (name) => variable(ofPart(0, name), own.slots[name]?.per ?? 'tree'),
    next: (slot) => mine.step[slot === 'delta' ? slot : ofPart(0, slot)] as Expr,
  }
  const { g, when, clock, otherwise = 0 } = join(symbols)
  const part = placed(rule, g, (name) => ofPart(1, name), clock)
  const inner = when ? gated(part, when, otherwise) : part
  return { ...united(own.name, [mine, inner], inner.step.delta as Expr), parts: [own, rule] }
}
