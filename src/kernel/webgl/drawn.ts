import type { TensorInfo } from '@tensorflow/tfjs-core'
import { shader } from '../../expr/glsl.js'
import type { Formulas } from '../loops.js'
import type { variants } from '../variants.js'
import { declared, draw } from './draw.js'
import { type Leaf, type Room, type Scope, uniformsOf } from './job.js'
import { LANES } from './layout.js'
import { type Scalars, shading } from './printed.js'

/** Formulas as one draw for a leaf, into results of the step or for its own use. Padding is 0 in every output. */
export const drawn = (
  formulas: Formulas,
  ones: Scalars,
  into: 'result' | 'temporary',
  flushed: readonly string[] = [],
) => {
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
      const outputs = names.map(() => room[into](layout))
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

/** A leaf, and what is drawn of it before anything else can be. */
export const drawnFirst = (before: readonly Formulas[], ones: Scalars) => {
  const drawings = before.map((formulas) => drawn(formulas, ones, 'temporary'))
  return (room: Room, tree: Scope) => {
    const runs = drawings.map((drawing) => drawing(room, tree))
    return (leaf: Leaf): Leaf => {
      if (runs.length === 0) return leaf
      const known = { ...leaf, elements: { ...leaf.elements } }
      for (const run of runs) Object.assign(known.elements, run(known))
      return known
    }
  }
}

/** What the variant of each leaf makes of it. */
export const perLeaf = <A>(
  each: ReturnType<typeof variants<(room: Room, tree: Scope) => (leaf: Leaf) => A>>,
  room: Room,
  tree: Scope,
  leaves: readonly Leaf[],
): readonly A[] => {
  const made: A[] = []
  for (const { leaves: places, loop } of each(leaves.map(({ env }) => env))) {
    const run = loop(room, tree)
    for (const i of places) made[i] = run(leaves[i] as Leaf)
  }
  return made
}
