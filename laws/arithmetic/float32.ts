import type { Expr, Op } from '../../src/expr/expr.js'
import { fold, type Words } from '../../src/expr/fold.js'
import { arithmetic } from '../../src/expr/number.js'
import { type Reduce, stages } from '../../src/expr/stages.js'
import { constantsOf, fitted, frameOf, scalarsAt, slotsOf } from '../../src/kernel/kernel.js'
import { spread } from '../../src/kernel/loops.js'
import type { Rule } from '../../src/rule/rule.js'
import * as tree from '../../src/tree.js'
import type { At, Leaves } from '../run/machine.js'
import { ANYTHING, type Interval, intervals, most, near, point, sum } from './interval.js'

/**
 * A step of a formula as float32 may make it, on any back end: for each number of the next state and of Δθ the interval in which it
 * has to be. What is equal for all elements and follows from hyperparameters and t alone is computed in float64, as everywhere.
 */
export interface Rounded {
  /** By slot, in the rule's order, leaf after leaf. */
  readonly slots: readonly (readonly (readonly Interval[])[])[]
  readonly delta: readonly (readonly Interval[])[]
}

/** A number in float64; or an interval for each element, or one for all. */
type Value = number | readonly Interval[]
type Env = Record<string, Value>

export const inFloat32 = (rule: Rule): ((state: unknown, grad: Leaves, t: number, at: At) => Rounded) => {
  const { passes, outputs } = stages(rule.step)
  const slotNames = Object.keys(rule.slots)
  return (state, grad, t, at) => {
    const who = 'optimizer.update'
    const frame = frameOf(who, 'params', at.params)
    const sizes = frame.shapes.map(([n]) => n as number)
    const points = (x: unknown): Value => Array.from(x as Float64Array, point)
    const constants = constantsOf(rule, frame)
    const given = slotsOf(who, rule, frame, state).map((column) => column.map(points))
    const whole: Env = { ...scalarsAt(rule, t, at.loss) }
    const of = (name: string) => rule.slots[name] as Rule['slots'][string]
    for (const [s, name] of slotNames.entries()) if (of(name).per === 'tree') whole[name] = given[s]?.[0] as Value
    const [gs, thetas] = [fitted(who, 'grad', frame, grad), tree.leaves(at.params as never)].map((x) => x.map(points))
    const envs = sizes.map((_, i) => {
      const env: Env = Object.assign(Object.create(whole), constants[i], { g: gs?.[i], theta: thetas?.[i] })
      for (const [s, name] of slotNames.entries())
        if (of(name).per !== 'tree')
          env[name] = spread(of(name), constants, sizes.length, given[s] as readonly Value[])[i] ?? [ANYTHING]
      return env
    })
    for (const pass of passes) reduceAll(pass, whole, envs, sizes)
    const valuesOf = envs.map(reader)
    const ofWhole = reader(whole)
    const all = (formula: Expr, i: number): readonly Interval[] =>
      listed(valuesOf[i]?.(formula) as Value, sizes[i] as number)
    return {
      slots: slotNames.map((name, s) => {
        const formula = rule.step[name] && outputs[name]
        if (!formula) return (given[s] as readonly Value[]).map((x) => listed(x, 1))
        if (of(name).per === 'tree') return [listed(ofWhole(formula), 1)]
        const has = spread(of(name), constants, sizes.length, given[s] as readonly Value[])
        return has.flatMap((own, i) =>
          own === undefined ? [] : [all(formula, i).slice(0, (own as Interval[]).length)],
        )
      }),
      delta: sizes.map((_, i) => all(outputs.delta as Expr, i)),
    }
  }
}

const reduceAll = (pass: readonly Reduce[], whole: Env, envs: readonly Env[], sizes: readonly number[]): void => {
  for (const { name, op, over, arg } of pass) {
    const join = op === 'sum' ? sum : most
    const each = envs.map((env, i) => join(listed(reader(env)(arg), sizes[i] as number)))
    if (over === 'tree') whole[name] = [join(each)]
    else for (const [i, env] of envs.entries()) env[name] = [each[i] as Interval]
  }
}

const listed = (x: Value, n: number): readonly Interval[] => {
  const each = typeof x === 'number' ? [near(x)] : x
  return each.length === n ? each : Array.from({ length: n }, () => each[0] as Interval)
}

const words = Object.fromEntries(
  Object.entries(intervals).map(([op, f]) => [
    op,
    (...args: readonly Value[]): Value => {
      if (args.every((a) => typeof a === 'number')) return (arithmetic[op as Op] as (...a: number[]) => number)(...args)
      const lists = args.map((a) => (typeof a === 'number' ? [near(a)] : a))
      const n = Math.max(...lists.map(({ length }) => length))
      const apply = f as (...each: readonly Interval[]) => Interval
      return Array.from({ length: n }, (_, i) =>
        apply(...lists.map((list) => list[list.length === 1 ? 0 : i] as Interval)),
      )
    },
  ]),
) as unknown as Words<Value>

const reader = (env: Env): ((formula: Expr) => Value) =>
  fold<Value>({
    ...words,
    number: (value) => value,
    variable: (name) => env[name] as Value,
    select: (condition, a, b) => {
      if (typeof condition === 'number') return condition !== 0 ? a : b
      return words.select(condition, a, b)
    },
    scheduled: (_, valueAt, clock) => {
      if (typeof clock === 'number') return valueAt(clock)
      const [{ lo, hi }] = clock as readonly [Interval]
      return lo === hi ? valueAt(lo) : [ANYTHING]
    },
    reduce: () => {
      throw new TypeError('float32: a reduction is in a pass; run stages first')
    },
  })
