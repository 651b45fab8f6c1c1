import type { Expr, Op } from './expr.js'
import { FUNCTIONS, numeral } from './glsl/functions.js'
import { type Arithmetic, POWERS } from './powers.js'
import { program } from './program.js'

/**
 * Formulas as GLSL: what each word of the language is for four float32 at a time, as a texel holds them.
 *
 * A comparison is 1 or 0. What GLSL leaves open is in `functions`.
 */
type Print = (...args: readonly string[]) => string

const call =
  (name: string): Print =>
  (...args) =>
    `${name}(${args.join(', ')})`
const infix =
  (sign: string): Print =>
  (a, b) =>
    `(${a} ${sign} ${b})`
const compared =
  (name: string): Print =>
  (a, b) =>
    `ifNumbers(${name}(${a}, ${b}), ${a}, ${b})`

const WORDS: Readonly<Record<Op, Print>> = {
  neg: (a) => `(-${a})`,
  abs: call('abs'),
  sign: call('signs'),
  sqrt: call('root'),
  exp: call('exponential'),
  log: call('logarithm'),
  tanh: call('hyperbolic'),
  erf: call('errorFunction'),
  isFinite: call('finite'),
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: infix('/'),
  min: call('smaller'),
  max: call('larger'),
  pow: call('power'),
  gt: compared('greaterThan'),
  ge: compared('greaterThanEqual'),
  lt: compared('lessThan'),
  le: compared('lessThanEqual'),
  eq: compared('equal'),
  select: call('choose'),
}

/** A uniform that is never set: 0 · NaN is NaN, and a compiler that saw the 0 might leave the product out. */
const ZERO = 'zero'

const constant = (value: number): string => `vec4(${value === 0 ? ZERO : numeral(value)})`

const ARITHMETIC: Arithmetic<string> = {
  number: constant,
  add: WORDS.add,
  mul: WORDS.mul,
  div: WORDS.div,
  sqrt: WORDS.sqrt,
  where: (a, b, then, otherwise) => `pick(equal(${a}, ${b}), ${then}, ${otherwise})`,
}

export interface Printed {
  /** Statements, one for each distinct term. */
  readonly body: string
  /** For each formula the variable that has its value. */
  readonly values: Readonly<Record<string, string>>
}

/** `read` prints a variable of the formulas, as a vec4. */
export const glsl = (formulas: Readonly<Record<string, Expr>>, read: (name: string) => string): Printed => {
  const { code, outputs } = program(formulas)
  const at = (i: number): string => `v${i}`
  const value = (instruction: (typeof code)[number]): string => {
    if (instruction.kind === 'number') return constant(instruction.value)
    if (instruction.kind === 'variable') return read(instruction.name)
    if (instruction.kind !== 'apply') throw new TypeError(`glsl: a ${instruction.kind} is in a pass; run stages first`)
    const { op, args } = instruction
    const exponent = code[args[1] as number]
    const power = op === 'pow' && exponent?.kind === 'number' ? POWERS.get(exponent.value) : undefined
    return power ? power(at(args[0] as number), ARITHMETIC) : WORDS[op](...args.map(at))
  }
  const body = code.map((instruction, i) => `  vec4 ${at(i)} = ${value(instruction)};`).join('\n')
  return { body, values: Object.fromEntries(Object.entries(outputs).map(([name, i]) => [name, at(i)])) }
}

/** A whole fragment shader: `text`, below the functions that it calls. */
export const shader = (text: string): string => {
  const needed = new Set<string>()
  const need = (code: string): void => {
    for (const [name, definition] of Object.entries(FUNCTIONS))
      if (!needed.has(name) && new RegExp(`\\b${name}\\(`).test(code)) {
        needed.add(name)
        need(definition)
      }
  }
  need(text)
  const functions = Object.entries(FUNCTIONS).flatMap(([name, definition]) => (needed.has(name) ? [definition] : []))
  const precision = ['float', 'int', 'sampler2D'].map((type) => `precision highp ${type};`)
  return ['#version 300 es', ...precision, `uniform float ${ZERO};`, ...functions, text].join('\n')
}
