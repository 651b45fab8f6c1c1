import { Expr, lift, type Operand, type Varies, variable, wider } from '../expr/expr.js'
import { brief, mistake } from '../failure.js'
import { finite, type Range } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'

/**
 * A rule is an optimizer as data: for each slot of its state the formula of its next value, and one for `delta`.
 * It is what gets fused, compiled, printed, simulated.
 */
export interface Rule {
  readonly name: string
  readonly hyper: Readonly<Record<string, Hyperparameter>>
  readonly slots: Readonly<Record<string, Slot>>
  /** A number for each leaf, from its path. */
  readonly leaf: Readonly<Record<string, (path: string) => number>>
  /** The next value of every slot, and `delta`. */
  readonly step: Readonly<Record<string, Expr>>
  /** Where the gradient is taken, if not at θ; where it reads g, the gradient at θ is taken first. */
  readonly probe?: Expr
  /** What is evaluated, if not θ. */
  readonly readout?: Expr
  /** The rules of which a chain or a blend was made; their slots and hypers bear their index: `1.m`, `1.0.m`. */
  readonly parts?: readonly Rule[]
}

export interface Hyperparameter {
  /** The name of the rule that asked for it, as errors and `hyperAt` tell it. */
  readonly of: string
  readonly name: string
  readonly value: Hyper
  readonly range: Range
  /** Where a clock in the state tells at which t a schedule is looked at. */
  readonly clocked?: true
}

/** One number an element, a tensor, or a tree; it starts at a number or, an element each, at θ. */
export interface Slot {
  readonly per: Varies
  readonly start: number | 'theta'
  /** The leaf constant that is not 0 on the leaves that have this slot; all have it, if nothing is said. */
  readonly on?: string
}

/** A slot with one number for each tensor of the tree. */
export const perTensor = (start: number): Slot => ({ per: 'tensor', start })
/** A slot with one number for the whole tree. */
export const perTree = (start: number): Slot => ({ per: 'tree', start })

const RESERVED = ['g', 'theta', 't', 'loss', 'delta']
/** The gradient, or the update as it stands so far in a chain. */
export const g = variable('g', 'element')
export const theta = variable('theta', 'element')

export interface RuleSpec<H extends string, S extends string, L extends string> {
  readonly name: string
  readonly hyper?: Readonly<Record<H, Hyper>>
  /** Where hypers may lie; a finite number, if nothing is said. */
  readonly range?: { readonly [K in H]?: Range }
  /** A number or `'theta'` starts a slot with one value an element; see also `perTensor` and `perTree`. */
  readonly slots?: Readonly<Record<S, number | 'theta' | Slot>>
  readonly leaf?: Readonly<Record<L, (path: string) => number>>
  step(symbols: Symbols<H | S | L>): Readonly<Record<NoInfer<S> | 'delta', Operand>>
  /** Where to take the gradient, if not at θ; where it reads `g`, the gradient at θ is taken first. */
  probe?(symbols: Symbols<NoInfer<H | S | L>>): Operand
  /** What to evaluate, if not θ, after the last update: of θ and slots, and hypers that are no schedules. */
  readout?(symbols: Symbols<NoInfer<H | S | L>>): Operand
}

type Symbols<Names extends string> = Readonly<Record<Names | 'g' | 'theta' | 't' | 'loss', Expr>>

/**
 * Traces a formula: `step` is called once, with symbols. Where its hypers lie is looked at when it becomes an optimizer,
 * under the name of that one.
 */
/* @__NO_SIDE_EFFECTS__ */
export const formula = <H extends string = never, S extends string = never, L extends string = never>(
  spec: RuleSpec<H, S, L>,
): Rule => {
  const { name } = spec
  const hyper = mapRecord(
    spec.hyper ?? {},
    (value: Hyper, key): Hyperparameter => ({ of: name, name: key, value, range: spec.range?.[key as H] ?? finite }),
  )
  const slots = mapRecord(spec.slots ?? {}, (slot: number | 'theta' | Slot, key): Slot => checkedSlot(name, key, slot))
  const leaf: Rule['leaf'] = spec.leaf ?? {}
  checkNames(name, [...Object.keys(hyper), ...Object.keys(slots), ...Object.keys(leaf)])
  const symbols = {
    g,
    theta,
    t: variable('t', 'tree'),
    loss: variable('loss', 'tree'),
    ...mapRecord(hyper, (_, key) => variable(key, 'tree')),
    ...mapRecord(slots, ({ per }, key) => variable(key, per)),
    ...mapRecord(leaf, (_, key) => variable(key, 'tensor')),
  }
  const given = symbols as Parameters<typeof spec.step>[0]
  return {
    name,
    hyper,
    slots,
    leaf,
    step: checkedStep(name, slots, spec.step(given)),
    ...(spec.probe && { probe: lift(spec.probe(given)) }),
    ...(spec.readout && { readout: lift(spec.readout(given)) }),
  }
}

export const mapRecord = <A, B>(record: Readonly<Record<string, A>>, f: (value: A, key: string) => B) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)])) as Record<string, B>

const checkNames = (rule: string, names: readonly string[]): void => {
  for (const [i, name] of names.entries()) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw mistake(rule, `a slot or hyper is called "${name}"`, 'letters and digits')
    if (RESERVED.includes(name)) throw mistake(rule, `"${name}" is reserved`, 'another name for this slot or hyper')
    if (names.indexOf(name) !== i) throw mistake(rule, `two slots or hypers are called "${name}"`, 'one')
  }
}

const checkedSlot = (rule: string, name: string, slot: number | 'theta' | Slot): Slot => {
  const { per, start } = typeof slot === 'object' ? slot : { per: 'element' as const, start: slot }
  if (typeof start === 'number' || (start === 'theta' && per === 'element')) return { per, start }
  throw mistake(rule, `slot "${name}" starts at ${brief(start)}`, "a number or 'theta'")
}

const checkedStep = (rule: string, slots: Rule['slots'], step: Readonly<Record<string, Operand>>): Rule['step'] => {
  for (const name of [...Object.keys(slots), 'delta'])
    if (!(step[name] instanceof Expr) && typeof step[name] !== 'number')
      throw mistake(rule, `step returns ${brief(step[name])} for "${name}"`, 'a formula')
  return mapRecord(step, (operand, name) => {
    const slot = slots[name]
    if (!slot && name !== 'delta') throw mistake(rule, `step returns "${name}"`, 'a slot of this rule or delta')
    const formula = lift(operand)
    if (slot && wider(formula.varies, slot.per))
      throw mistake(rule, `slot "${name}" is one number a ${slot.per}, its next value differs by ${formula.varies}`)
    return formula
  })
}
