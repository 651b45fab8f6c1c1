import type { Reduction } from '../../expr/expr.js'
import { numeral } from '../../expr/glsl/functions.js'
import { shader } from '../../expr/glsl.js'
import { JOIN } from '../passes.js'
import { declared } from './draw.js'
import { GRID, LANES } from './layout.js'

/** The shaders of reductions (`reduce`). */

/** Texels that come to one. */
export const WINDOW = 64

const STEP: Readonly<Record<Reduction, (a: string, b: string) => string>> = {
  sum: (a, b) => `(${a} + ${b})`,
  max: (a, b) => `larger(${a}, ${b})`,
}

/** Of a program that joins windows, for each reduction: what it is of the texel `at`, after the statements in `body`. */
export interface Windows {
  readonly inputs: number
  readonly ops: readonly Reduction[]
  readonly declaration: string
  readonly body: string
  readonly values: readonly string[]
}

export const windows = ({ inputs, ops, declaration, body, values }: Windows, isPadded: boolean): string => {
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

/** Windows of windows. */
export const again = once((ops: readonly Reduction[]) =>
  windows(
    { inputs: ops.length, ops, declaration: '', body: '', values: ops.map((_, k) => `texelFetch(x${k}, at, 0)`) },
    false,
  ),
)

/** Leaves, and a number. */
export const joining = once(([op, inputs]: readonly [op: Reduction, inputs: number]) =>
  shader(`${declared(inputs, 1)}
uniform float u[1];
void main() {
  vec4 t = vec4(u[0]);
${Array.from({ length: inputs }, (_, k) => `  t = ${STEP[op]('t', `texelFetch(x${k}, ivec2(0), 0)`)};`).join('\n')}
  y0 = t;
}`),
)
