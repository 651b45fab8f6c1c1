import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Expr, Reduction } from '../../expr/expr.js'
import { number } from '../../expr/number.js'
import type { Reduce } from '../../expr/stages.js'
import type { Formulas } from '../loops.js'
import { madeOnce } from '../once.js'
import { JOIN } from '../passes.js'
import { variants } from '../variants.js'
import { cut } from './cut.js'
import { draw, MOST_INPUTS } from './draw.js'
import { drawnFirst, perLeaf } from './drawn.js'
import { type Leaf, type Room, type Scope, uniformsOf } from './job.js'
import { type Layout, layoutFor, SCALAR } from './layout.js'
import { parts, type Scalars, shading } from './printed.js'
import { again, joining, WINDOW, type Windows, windows } from './windows.js'

/**
 * Reductions, which never leave the GPU. Each texel of a smaller texture is what 64 texels come to, lane by lane, until one
 * is left, whose lanes are then joined; leaves are joined sixteen at a time. 64 numbers are added one after the other, so a
 * sum of positive numbers is right to 64 roundings of float32 a level at worst, not to as many as there are numbers. Squares
 * above 3.4e38 are infinite: there is no float64 here.
 */
export type ReducePass = (room: Room, tree: Scope, leaves: readonly Leaf[]) => void

type Value = number | TensorInfo

/** Draws windows until a texel is left. */
const narrowed = (
  room: Room,
  ops: readonly Reduction[],
  sums: readonly TensorInfo[],
  layout: Layout,
): readonly TensorInfo[] => {
  if (layout.texels === 1) return sums
  const next = layoutFor(Math.ceil(layout.texels / WINDOW))
  const outputs = ops.map(() => room.temporary(next))
  draw(room.backend, again(ops), sums, outputs, next, { grid: layout.grid, to: widthOf(next) })
  return narrowed(room, ops, outputs, next)
}

const widthOf = madeOnce(({ width, texels }: Layout) => Int32Array.of(width, texels))

/** Of some leaves' arguments that are formulas of elements: what they come to on each. */
const reducing = (formulas: Formulas, opOf: (name: string) => Reduction, ones: Scalars) => {
  const { names, elements, scalars, uniforms, declaration, body, values } = shading(formulas, ones)
  const ops = names.map(opOf)
  const inputs = elements.length + scalars.length
  const read: Windows = { inputs, ops, declaration, body, values: names.map((name) => values[name] as string) }
  const [whole, padded] = [windows(read, false), windows(read, true)]
  return (room: Room, tree: Scope) => {
    const valuesOf = uniformsOf(uniforms(tree.env))
    return (leaf: Leaf): Readonly<Record<string, TensorInfo>> => {
      const { layout, env } = leaf
      const operands = [
        ...elements.map((name) => room.laid(leaf.elements[name] as TensorInfo, layout)),
        ...scalars.map((name) => leaf.scalars[name] as TensorInfo),
      ]
      const next = layoutFor(Math.ceil(layout.texels / WINDOW))
      const outputs = ops.map(() => room.temporary(next))
      draw(room.backend, layout.isPadded ? padded : whole, operands, outputs, next, {
        u: valuesOf(env),
        grid: layout.grid,
        to: widthOf(next),
      })
      const sums = narrowed(room, ops, outputs, next)
      return Object.fromEntries(names.map((name, k) => [name, sums[k] as TensorInfo]))
    }
  }
}

/** What each reduction is on a leaf; where its argument is equal for all elements, or there are none, a number. */
const variant = (reduces: readonly Reduce[], args: Formulas, ones: Scalars) => {
  const opOf = (name: string): Reduction => (reduces.find((r) => r.name === name) as Reduce).op
  const equal = reduces.flatMap(({ name, op }) => {
    const arg = args[name] as Expr
    return arg.varies === 'element' ? [] : [{ name, op, value: number(arg) }]
  })
  const varying = Object.entries(args).filter(([, { varies }]) => varies === 'element')
  const { before, formulas } = cut(Object.fromEntries(varying))
  const first = drawnFirst(before, ones)
  const drawings = parts(formulas).map((part) => reducing(part, opOf, ones))
  return (room: Room, tree: Scope) => {
    const enlarged = first(room, tree)
    const runs = drawings.map((drawing) => drawing(room, tree))
    return (leaf: Leaf): Readonly<Record<string, Value>> => {
      const { size } = leaf.layout
      const operands = enlarged(leaf)
      const numbers = equal.map(({ name, op, value }) => [name, JOIN[op].ofEqual(value(leaf.env), size)] as const)
      const sums =
        size > 0 ? runs.map((run) => run(operands)) : varying.map(([name]) => ({ [name]: JOIN[opOf(name)].unit }))
      return Object.assign(Object.fromEntries(numbers), ...sums)
    }
  }
}

/** Over leaves: a number only where all are. */
const joined = (room: Room, op: Reduction, values: readonly Value[]): Value => {
  const start = values.filter((x) => typeof x === 'number').reduce(JOIN[op].join, JOIN[op].unit)
  const textures = values.filter((x) => typeof x !== 'number')
  if (textures.length === 0) return start
  if (textures.length === 1 && start === JOIN[op].unit) return textures[0] as TensorInfo
  const output = room.temporary(SCALAR)
  const now = textures.slice(0, MOST_INPUTS)
  draw(room.backend, joining([op, now.length]), now, [output], SCALAR, { u: Float32Array.of(start) })
  return joined(room, op, [output, ...textures.slice(MOST_INPUTS)])
}

/** The values of those in `ones` stay textures; the others' are numbers. */
export const reducePass = (reduces: readonly Reduce[], ones: Scalars): ReducePass => {
  const formulas = Object.fromEntries(reduces.map(({ name, arg }) => [name, arg]))
  const each = variants(formulas, (args) => variant(reduces, args, ones))
  return (room, tree, leaves) => {
    const found = perLeaf(each, room, tree, leaves)
    const put = (scope: Scope, name: string, value: Value): void => {
      if (ones.has(name)) scope.scalars[name] = room.texture(value)
      else scope.env[name] = room.number(value)
    }
    for (const { name, op, over } of reduces) {
      const values = found.map((values) => values[name] as Value)
      if (over === 'tree') put(tree, name, joined(room, op, values))
      else for (const [i, leaf] of leaves.entries()) put(leaf, name, values[i] as Value)
    }
  }
}
