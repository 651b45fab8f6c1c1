import fc from 'fast-check'
import { frameOf, slotsOf } from '../../src/kernel/kernel.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Rule } from '../../src/rule/rule.js'
import * as tree from '../../src/tree.js'
import { inFloat32 } from '../arithmetic/float32.js'
import { holds, type Interval } from '../arithmetic/interval.js'
import { histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { type Leaves, machine, Saved, savedOf } from '../run/machine.js'
import { LAYOUT, n } from '../run/mine.js'
import { flat, leavesOf, lossAt, pointOf } from '../run/run.js'
import { walk } from '../run/walk.js'

/** Numbers that float32 has. */
const gradients = histories({ n, max: 3, scale: 10 }).map((gs) => gs.map((g) => g.map(Math.fround)))
const theta = vectors({ n }).map((x) => x.map(Math.fround))

/**
 * Each step that a formula's `update` makes over tensors, on tfjs's current back end, against the formula itself from the same state:
 * every number within what float32 may make of it, operation by operation. Where a choice or a sign lies within rounding either side
 * of it will do.
 */
export const agreement = (optimizer: Optimizer, rule: Rule): Law => {
  const expected = inFloat32(rule)
  const exactly = machine({ ...optimizer, rule }, LAYOUT)
  const frame = frameOf('optimizer.update', 'params', leavesOf(LAYOUT, new Array<number>(n).fill(0)))
  const slots = (state: unknown) => slotsOf('optimizer.update', rule, frame, state) as readonly Columns[]
  return law({
    name: 'tensors make the formula’s step',
    equation: 'update(s, g, t, θ) over tensors = the formula’s, each operation times 1 ± 2⁻²²',
    words:
      'A step over tensors is the one that the formula means, from the same state, and so is the next state: but for the rounding of ' +
      'each operation to float32.',
    given: fc.record({ gradients, theta }),
    holds: ({ gradients, theta }) =>
      walk(optimizer, gradients, theta, ({ state, grad, t, at }) => {
        const g = gradients[t - 1] as Vector
        const here = flat(numeric(at.params) as Leaves)
        const from = [numeric(state), leavesOf(LAYOUT, g), t, pointOf(LAYOUT, here, g, lossAt(t))] as const
        const bounds = expected(...from)
        const [next, delta] = optimizer.update(state, grad, t, at)
        const found = { slots: slots(numeric(next)), delta: Object.values(numeric(delta) as Leaves) }
        const formula = () => exactly.update(...from)
        within(`Δ at t = ${t}`, found.delta, bounds.delta, () => Object.values(formula()[1]))
        for (const [s, name] of Object.keys(rule.slots).entries()) {
          const what = `"${name}" of the state after t = ${t}`
          within(what, found.slots[s] as Columns, bounds.slots[s] as Bounds, () => slots(formula()[0])[s] as Columns)
        }
        return [next, delta]
      }),
  })
}

/** Leaf after leaf. */
type Columns = readonly Float64Array[]
type Bounds = readonly (readonly Interval[])[]

const within = (what: string, found: Columns, bounds: Bounds, formula: () => Columns): void => {
  const fits = (x: Float64Array, i: number): boolean =>
    x.length === bounds[i]?.length && x.every((a, k) => holds(bounds[i]?.[k] as Interval, a))
  if (!found.every(fits)) throw new Broken(what, joined(found), joined(formula()))
}

const joined = (columns: Columns): Vector => columns.flatMap((x) => [...x])

/** A tree's tensors as float64 arrays. */
const numeric = (tensors: unknown): unknown => {
  const saved = savedOf(tensors)
  return tree.rebuild(
    saved,
    tree.entries(saved).map(([, x]) => (x instanceof Saved ? Float64Array.from(x.numbers) : x)),
  )
}
