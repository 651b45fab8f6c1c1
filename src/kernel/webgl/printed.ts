import type { Expr } from '../../expr/expr.js'
import { glsl, type Printed } from '../../expr/glsl.js'
import { variables } from '../../expr/program.js'
import { hoist } from '../../expr/uniform.js'
import type { Formulas } from '../loops.js'
import { evaluator } from '../variants.js'
import { MOST_INPUTS, MOST_OUTPUTS } from './draw.js'

/** Formulas as the middle of a shader, which finds texels at `at`, and the operands that it is to be given. */
export interface Shading extends Printed {
  readonly names: readonly string[]
  /** Variables with a number for each element, then those with one for all: textures both. */
  readonly elements: readonly string[]
  readonly scalars: readonly string[]
  readonly uniforms: ReturnType<typeof evaluator>
  readonly declaration: string
}

/** The variables of which a texture has one number alone. */
export type Scalars = ReadonlySet<string>

export const shading = (formulas: Formulas, scalars: Scalars): Shading => {
  const { outputs, scalars: hoisted } = hoist(formulas)
  const read = variables(outputs, ['element'])
  const elements = read.filter((name) => !scalars.has(name))
  const ones = read.filter((name) => scalars.has(name))
  const uniform = Object.keys(hoisted)
  const printed = glsl(outputs, (name) => {
    if (uniform.includes(name)) return `vec4(u[${uniform.indexOf(name)}])`
    if (elements.includes(name)) return `texelFetch(x${elements.indexOf(name)}, at, 0)`
    return `vec4(texelFetch(x${elements.length + ones.indexOf(name)}, ivec2(0), 0).r)`
  })
  return {
    ...printed,
    names: Object.keys(outputs),
    elements,
    scalars: ones,
    uniforms: evaluator(hoisted),
    declaration: uniform.length > 0 ? `uniform float u[${uniform.length}];` : '',
  }
}

/** The formulas in as few parts as can be drawn: with so many outputs and inputs at most. */
export const parts = (formulas: Formulas): readonly Formulas[] => {
  const found: Record<string, Expr>[] = []
  for (const [name, formula] of Object.entries(formulas)) {
    const last = found.at(-1)
    const grown = { ...last, [name]: formula }
    const fits =
      last && Object.keys(grown).length <= MOST_OUTPUTS && variables(grown, ['element']).length <= MOST_INPUTS
    if (fits) last[name] = formula
    else found.push({ [name]: formula })
  }
  return found
}
