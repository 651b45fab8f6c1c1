import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Expr } from '../../expr/expr.js'
import { shader } from '../../expr/glsl.js'
import type { Formulas } from '../loops.js'
import { sourceOf } from '../passes.js'
import { type Owners, variants } from '../variants.js'
import { declared, draw } from './draw.js'
import { type Leaf, type Room, type Scope, uniformsOf } from './job.js'
import { LANES } from './layout.js'
import { parts, type Scalars, shading } from './printed.js'

/**
 * The map pass: every output of a leaf at once, as far as a draw has outputs. Padding is 0 in every one.
 *
 * An output that stays as it is is not drawn, and not among the results.
 */
export type MapPass = (
  room: Room,
  tree: Scope,
  leaves: readonly Leaf[],
) => readonly Readonly<Record<string, TensorInfo>>[]

export interface Drawing {
  readonly scalars: Scalars
  /** A rewriting of formulas that draws faster. */
  readonly prepare?: (formula: Expr) => Expr
  readonly owners?: Owners
  /** Outputs that are never subnormal. */
  readonly flushed?: readonly string[]
  /** Outputs that may stay the tensor of which they are the next value. */
  readonly staying?: readonly string[]
}

export const mapPass = (formulas: Formulas, drawing: Drawing): MapPass => {
  const each = variants(formulas, (chosen) => variant(chosen, drawing), drawing.owners)
  return (room, tree, leaves) => {
    const results: Readonly<Record<string, TensorInfo>>[] = []
    for (const { leaves: places, loop } of each(leaves.map(({ env }) => env))) {
      const run = loop(room, tree)
      for (const i of places) results[i] = run(leaves[i] as Leaf)
    }
    return results
  }
}

const variant = (
  formulas: Formulas,
  { scalars, prepare = (formula) => formula, flushed = [], staying = [] }: Drawing,
) => {
  const changed = Object.fromEntries(
    Object.entries(formulas)
      .filter(
        ([name, { node }]) => !(staying.includes(name) && node.kind === 'variable' && node.name === sourceOf(name)),
      )
      .map(([name, formula]) => [name, prepare(formula)]),
  )
  const drawings = parts(changed).map((part) => drawn(part, scalars, flushed))
  return (room: Room, tree: Scope) => {
    const runs = drawings.map((drawing) => drawing(room, tree))
    return (leaf: Leaf): Readonly<Record<string, TensorInfo>> => Object.assign({}, ...runs.map((run) => run(leaf)))
  }
}

const drawn = (formulas: Readonly<Record<string, Expr>>, ones: Scalars, flushed: readonly string[]) => {
  const { names, elements, scalars, uniforms, declaration, body, values } = shading(formulas, ones)
  // Masks cost a third of the time of Adam's draw, and most textures have no padding.
  const source = (isPadded: boolean): string => {
    const writes = names.map((name, k) => {
      const value = flushed.includes(name) ? `flushed(${values[name]})` : values[name]
      return `  y${k} = ${isPadded ? `uintBitsToFloat(floatBitsToUint(${value}) & there)` : value};`
    })
    return shader(`${declared(elements.length + scalars.length, names.length)}
${declaration}
${isPadded ? LANES : ''}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
${isPadded ? '  uvec4 there = lanes(at.y * grid[0] + at.x);' : ''}
${body}
${writes.join('\n')}
}`)
  }
  const [whole, padded] = [source(false), source(true)]
  return (room: Room, tree: Scope) => {
    const valuesOf = uniformsOf(uniforms(tree.env))
    return (leaf: Leaf): Readonly<Record<string, TensorInfo>> => {
      const { layout, env } = leaf
      const outputs = names.map(() => room.result(layout))
      if (layout.size > 0) {
        const inputs = [
          ...elements.map((name) => room.laid(leaf.elements[name] as TensorInfo, layout)),
          ...scalars.map((name) => leaf.scalars[name] as TensorInfo),
        ]
        draw(room.backend, layout.isPadded ? padded : whole, inputs, outputs, layout, {
          u: valuesOf(env),
          grid: layout.grid,
        })
      }
      return Object.fromEntries(names.map((name, k) => [name, outputs[k] as TensorInfo]))
    }
  }
}
