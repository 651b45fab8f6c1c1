import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Expr, Reduction } from '../../expr/expr.js'
import { numeral } from '../../expr/glsl/functions.js'
import { shader } from '../../expr/glsl.js'
import { number } from '../../expr/number.js'
import type { Reduce } from '../../expr/stages.js'
import type { Formulas } from '../loops.js'
import { JOIN } from '../passes.js'
import { variants } from '../variants.js'
import { cut } from './cut.js'
import { declared, draw, MOST_INPUTS } from './draw.js'
import { drawnFirst } from './drawn.js'
import { type Leaf, type Room, type Scope, uniformsOf } from './job.js'
import { GRID, LANES, type Layout, layoutFor, SCALAR } from './layout.js'
import { parts, type Scalars, shading } from './printed.js'

/**
 * Reductions, which never leave the GPU. Each texel of a smaller texture is what 64 texels come to, lane by lane, until one
 * is left, whose lanes are then joined; leaves are joined sixteen at a time. 64 numbers are added one after the other, so a
 * sum of positive numbers is right to 64 roundings of float32 a level at worst, not to as many as there are numbers. Squares
 * above 3.4e38 are infinite: there is no float64 here.
 */
export type ReducePass = (room: Room, tree: Scope, leaves: readonly Leaf[]) => void

const WINDOW = 64

const STEP: Readonly<Record<Reduction, (a: string, b: string) => string>> = {
  sum: (a, b) => `(${a} + ${b})`,
  max: (a, b) => `larger(${a}, ${b})`,
}

/** Of a program that joins windows, for each reduction: what it is of the texel `at`, after the statements in `body`. */
interface Windows {
  readonly inputs: number
  readonly ops: readonly Reduction[]
  readonly declaration: string
  readonly body: string
  readonly values: readonly string[]
}

const windows = ({ inputs, ops, declaration, body, values }: Windows, isPadded: boolean): string => {
  const each = (line: (op: Reduction, k: number) => string): string => ops.map(line).join('\n')
  const unit = (op: Reduction): string => `vec4(${numeral(JOIN[op].unit)})`
  const lane = (k: number, name: string): string => `vec4(t${k}.${name})`
  const there = (op: Reduction, k: number): string =>
    isPadded ? `pick(notEqual(lanes(texel), uvec4(0)), ${values[k]}, ${unit(op)})` : (values[k] as string)
  return shader(`${declared(inputs, ops.length)}
${declaration}
${isPadded ? LANES : GRID}
uniform int to[2]; // the outputs' width, and 1 where they are of one texel
void main() {
${each((op, k) => `  vec4 t${k} = ${unit(op)};`)}
  int first = (int(gl_FragCoord.y) * to[0] + int(gl_FragCoord.x)) * ${WINDOW};
  int end = min(first + ${WINDOW}, grid[4]);
  ivec2 at = ivec2(first % grid[0], first / grid[0]);
  for (int texel = first; texel < end; texel++) {
${body}
${each((op, k) => `    t${k} = ${STEP[op](`t${k}`, there(op, k))};`)}
    at = at.x + 1 < grid[0] ? ivec2(at.x + 1, at.y) : ivec2(0, at.y + 1);
  }
  if (to[1] == 1) {
${each((op, k) => `    t${k} = ${STEP[op](STEP[op](lane(k, 'r'), lane(k, 'g')), STEP[op](lane(k, 'b'), lane(k, 'a')))};`)}
  }
${each((_, k) => `  y${k} = t${k};`)}
}`)
}

/** A source is long to write, and asked for in every step. */
const once = <A>(make: (key: A) => string): ((key: A) => string) => {
  const made = new Map<string, string>()
  return (key) => {
    const source = made.get(String(key)) ?? make(key)
    made.set(String(key), source)
    return source
  }
}

const again = once((ops: readonly Reduction[]) =>
  windows(
    { inputs: ops.length, ops, declaration: '', body: '', values: ops.map((_, k) => `texelFetch(x${k}, at, 0)`) },
    false,
  ),
)

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

const widths = new WeakMap<Layout, Int32Array>()
const widthOf = (layout: Layout): Int32Array => {
  const known = widths.get(layout) ?? Int32Array.of(layout.width, layout.texels)
  widths.set(layout, known)
  return known
}

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

const joining = once(([op, inputs]: readonly [op: Reduction, inputs: number]) =>
  shader(`${declared(inputs, 1)}
uniform float u[1];
void main() {
  vec4 t = vec4(u[0]);
${Array.from({ length: inputs }, (_, k) => `  t = ${STEP[op]('t', `texelFetch(x${k}, ivec2(0), 0)`)};`).join('\n')}
  y0 = t;
}`),
)

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
    const found: Readonly<Record<string, Value>>[] = []
    for (const { leaves: places, loop } of each(leaves.map(({ env }) => env))) {
      const run = loop(room, tree)
      for (const i of places) found[i] = run(leaves[i] as Leaf)
    }
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
