import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Expr, literal, variable } from '../../expr/expr.js'
import { substitute } from '../../expr/fold.js'
import { number } from '../../expr/number.js'
import { variables } from '../../expr/program.js'
import { stages } from '../../expr/stages.js'
import { factor } from '../../expr/uniform.js'
import type { Rule } from '../../rule/rule.js'
import { type Columns, type Env, formulasOf, type Growing, GUARD, type Mode, OUT, spread, writtenOf } from '../loops.js'
import type { Leaf, Room, Scope } from './job.js'
import { onGpu } from './known.js'
import { layoutOf, SCALAR } from './layout.js'
import { mapPass } from './map.js'
import { reducePass } from './reduce.js'

/**
 * A rule as draws: reduction passes first, then the slots with one number for a tensor or the tree, then one map pass that
 * draws every other slot and Δθ or θ′. What the GPU knows is for the formulas like an element, read from the first texel.
 */
export interface Job {
  readonly shapes: readonly (readonly number[])[]
  readonly grads: readonly TensorInfo[]
  readonly params: readonly TensorInfo[]
  readonly slots: Columns<TensorInfo>
  readonly scalars: Env
  readonly constants: readonly Env[]
}

/** The next of every slot, in columns as they came, and Δθ or θ′; nothing where it stays what it was. */
export interface Made {
  readonly slots: Columns<TensorInfo | undefined>
  readonly out: readonly (TensorInfo | undefined)[]
}

/** Nothing where a guarded step met a gradient that is not finite. */
export type Run = (room: Room, job: Job) => Made | undefined

/** A compiler may take x · 0 for 0. */
const notFinite = literal(1).sub(variable('g', 'element').isFinite())

export const compile = (rule: Rule, mode: Mode): Run => {
  const staged = stages(formulasOf(rule, mode, notFinite))
  const there = onGpu(rule, staged)
  const asElement = substitute(Object.fromEntries([...there].map((name) => [name, variable(name, 'element')])))
  const passes = staged.passes.map((pass) => pass.map((reduce) => ({ ...reduce, arg: asElement(reduce.arg) })))
  const outputs = Object.fromEntries(Object.entries(staged.outputs).map(([name, f]) => [name, asElement(f as Expr)]))

  const slots = Object.entries(rule.slots)
  const written = writtenOf(rule)
  const ownersOf = (names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (rule.slots[name]?.on ? [[name, rule.slots[name]?.on as string]] : [])))
  const formulasFor = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, outputs[name] as Expr]))
  const those = (per: string, drawn: boolean) =>
    written.filter((name) => rule.slots[name]?.per === per && (outputs[name]?.varies === 'element') === drawn)
  const whole = [...written.filter((name) => rule.slots[name]?.per === 'element'), OUT]
  const drawing = (names: readonly string[]) => ({
    scalars: there,
    prepare: factor,
    owners: ownersOf(names),
    staying: names,
  })

  const reduce = passes.map((pass) => reducePass(pass, there))
  const map = mapPass(formulasFor(whole), {
    ...drawing(whole),
    flushed: whole.filter((name) => name !== OUT),
    staying: mode === 'update' ? written : whole,
  })
  const ofTree = mapPass(formulasFor(those('tree', true)), { ...drawing(those('tree', true)), owners: {} })
  const ofTensors = mapPass(formulasFor(those('tensor', true)), drawing(those('tensor', true)))
  const onHost = [...those('tree', false), ...those('tensor', false)].map((name) => ({
    name,
    next: number(outputs[name] as Expr),
  }))
  const guard = outputs[GUARD] && variables({ guard: outputs[GUARD] })[0]

  return (room, job) => {
    const tree: Scope = { env: { ...job.scalars }, scalars: {} }
    const leaves = job.shapes.map(
      (shape, i): Leaf => ({
        layout: layoutOf(shape),
        env: Object.assign(Object.create(tree.env) as Growing, job.constants[i]),
        scalars: Object.create(tree.scalars) as Record<string, TensorInfo>,
        elements: { g: job.grads[i] as TensorInfo, ...(job.params[i] && { theta: job.params[i] }) },
      }),
    )
    const columns = slots.map(([, slot], s) =>
      spread<TensorInfo | undefined>(slot, job.constants, leaves.length, job.slots[s] as readonly TensorInfo[]),
    )
    const put = (scope: Scope, name: string, x: TensorInfo | undefined): void => {
      if (x && there.has(name)) scope.scalars[name] = room.texture(x)
      // A leaf that does not have the slot decides its choices all the same, and no formula of its own reads them.
      else scope.env[name] = x ? room.number(x) : Number.NaN
    }
    for (const [s, [name, { per }]] of slots.entries()) {
      const column = columns[s] as readonly (TensorInfo | undefined)[]
      if (per === 'tree') put(tree, name, column[0])
      else
        for (const [i, leaf] of leaves.entries()) {
          if (per === 'tensor') put(leaf, name, column[i])
          else if (column[i]) leaf.elements[name] = column[i]
        }
    }
    for (const pass of reduce) pass(room, tree, leaves)
    if (guard && room.number((tree.scalars[guard] as TensorInfo | undefined) ?? (tree.env[guard] as number)) !== 0)
      return undefined
    const one: Leaf = { ...tree, layout: SCALAR, elements: {} }
    const [treewide] = ofTree(room, tree, [one])
    const tensorwide = ofTensors(
      room,
      tree,
      leaves.map((leaf) => ({ ...leaf, layout: SCALAR })),
    )
    const drawn = map(room, tree, leaves)
    const next = slots.map(([name, { per }], s) => {
      const column = columns[s] as readonly (TensorInfo | undefined)[]
      const host = onHost.find((slot) => slot.name === name)
      return column.flatMap((before, i) => {
        if (!before) return []
        if (host) return [room.constant(host.next(per === 'tree' ? tree.env : (leaves[i] as Leaf).env))]
        return [per === 'tree' ? treewide?.[name] : (per === 'tensor' ? tensorwide : drawn)[i]?.[name]]
      })
    })
    return { slots: next, out: drawn.map((results) => results[OUT]) }
  }
}
