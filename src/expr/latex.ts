import type { Op } from './expr.js'
import type { Instruction, Program } from './program.js'

/**
 * Formulas as TeX, one line each, for KaTeX or MathJax. A term of more than one operation that is used more than once gets
 * a letter and a line of its own, so that what is computed once is printed once.
 */
const LETTERS: Readonly<Record<string, string>> = {
  lr: '\\eta',
  theta: '\\theta',
  delta: '\\Delta\\theta',
  eps: '\\varepsilon',
  beta: '\\beta',
  alpha: '\\alpha',
  weightDecay: '\\lambda',
  limit: 'c',
  decayed: 'd',
  loss: '\\ell',
  g: 'g',
  t: 't',
}

/** `b1` → β₁, `1.lr` → η; a name of many letters stands upright. A slot's next value bears the index t, its last t − 1. */
export const symbol = (name: string, index = ''): string => {
  const own = name.slice(name.lastIndexOf('.') + 1)
  const [, stem = own, digits = ''] = /^([A-Za-z_]+?)(\d*)$/.exec(own) ?? []
  const greek =
    LETTERS[own] ?? (stem === 'b' && digits !== '' ? '\\beta' : stem.length === 1 ? stem : `\\mathrm{${stem}}`)
  const subscript = [LETTERS[own] === undefined ? digits : '', index].filter((s) => s !== '').join(',')
  return subscript === '' ? greek : `${greek}_{${subscript}}`
}

/** How tightly a printed term binds: a sum 1, a product 2, a power 3, an atom 4. */
interface Printed {
  readonly tex: string
  readonly binds: 1 | 2 | 3 | 4
}

const atom = (tex: string): Printed => ({ tex, binds: 4 })
const inside = ({ tex, binds }: Printed, at: number): string => (binds < at ? `\\left(${tex}\\right)` : tex)
const call = (name: string) => (a: Printed) => ({ tex: `${name} ${inside(a, 3)}`, binds: 2 }) as const
const compare = (sign: string) => (a: Printed, b: Printed) => atom(`\\left[${a.tex} ${sign} ${b.tex}\\right]`)

const words: Readonly<Record<Op, (a: Printed, b: Printed, c: Printed) => Printed>> = {
  neg: (a) => ({ tex: `-${inside(a, 2)}`, binds: 1 }),
  abs: (a) => atom(`\\left|${a.tex}\\right|`),
  sign: call('\\operatorname{sign}'),
  sqrt: (a) => atom(`\\sqrt{${a.tex}}`),
  exp: (a) => ({ tex: `e^{${a.tex}}`, binds: 3 }),
  log: call('\\log'),
  tanh: call('\\tanh'),
  erf: call('\\operatorname{erf}'),
  isFinite: (a) => atom(`\\left[${a.tex} \\text{ finite}\\right]`),
  add: (a, b) => ({ tex: b.tex.startsWith('-') ? `${a.tex} ${b.tex}` : `${a.tex} + ${b.tex}`, binds: 1 }),
  sub: (a, b) => ({ tex: `${a.tex} - ${inside(b, 2)}`, binds: 1 }),
  mul: (a, b) => ({
    tex: a.tex === b.tex ? `${inside(a, 4)}^2` : `${inside(b, 2)}\\,${inside(a, 2)}`,
    binds: a.tex === b.tex ? 3 : 2,
  }),
  div: (a, b) => atom(`\\frac{${a.tex}}{${b.tex}}`),
  min: (a, b) => atom(`\\min\\left(${a.tex}, ${b.tex}\\right)`),
  max: (a, b) => atom(`\\max\\left(${a.tex}, ${b.tex}\\right)`),
  pow: (a, b) => ({ tex: `${inside(a, 4)}^{${b.tex}}`, binds: 3 }),
  gt: compare('>'),
  ge: compare('\\ge'),
  lt: compare('<'),
  le: compare('\\le'),
  eq: compare('='),
  select: (c, a, b) =>
    atom(`\\begin{cases} ${a.tex} & \\text{if } ${c.tex} \\\\ ${b.tex} & \\text{otherwise} \\end{cases}`),
}

const literal = (value: number): Printed => {
  const [mantissa = '', exponent] = String(value).split('e')
  const tex =
    exponent === undefined ? mantissa : `${mantissa === '1' ? '' : `${mantissa}\\cdot`}10^{${Number(exponent)}}`
  return { tex: tex.replace('Infinity', '\\infty'), binds: value < 0 ? 1 : exponent === undefined ? 4 : 3 }
}

const argumentsOf = (instruction: Instruction): readonly number[] => {
  if (instruction.kind === 'apply') return instruction.args
  if (instruction.kind === 'reduce') return [instruction.arg]
  return instruction.kind === 'scheduled' ? [instruction.clock] : []
}

/** The lines `name = formula`: shared terms first, then each output of the program under its own symbol. */
export const latex = (
  { code, outputs }: Program,
  symbolOf: (variable: string) => string,
  nameOf: (output: string) => string,
): readonly (readonly [left: string, right: string])[] => {
  const uses = code.map((_, i) => code.filter((other) => argumentsOf(other).includes(i)).length)
  const named = new Map<number, string>()
  const first = new Map<number, string>()
  for (const [output, at] of Object.entries(outputs)) {
    if (code[at]?.kind === 'variable' || first.has(at)) continue
    first.set(at, output)
    named.set(at, nameOf(output))
  }
  let letters = 0
  const lines = new Map<number, Printed>()
  const term = (i: number): Printed => {
    const name = named.get(i)
    return name === undefined ? (lines.get(i) as Printed) : atom(name)
  }
  const shared: number[] = []
  for (const [i, instruction] of code.entries()) {
    lines.set(i, printed(instruction, term, symbolOf))
    const compound = argumentsOf(instruction).some((a) => argumentsOf(code[a] as Instruction).length > 0)
    if (!named.has(i) && (uses[i] as number) > 1 && compound) {
      named.set(i, `u_{${++letters}}`)
      shared.push(i)
    }
  }
  return [
    ...shared.map((i) => [named.get(i) as string, (lines.get(i) as Printed).tex] as const),
    ...Object.entries(outputs).map(([output, at]) => {
      const said = first.get(at) ?? output
      return [nameOf(output), said === output ? (lines.get(at) as Printed).tex : nameOf(said)] as const
    }),
  ]
}

const printed = (instruction: Instruction, term: (i: number) => Printed, symbolOf: (v: string) => string): Printed => {
  if (instruction.kind === 'number') return literal(instruction.value)
  if (instruction.kind === 'variable') return atom(symbolOf(instruction.name))
  if (instruction.kind === 'apply') {
    const [a, b, c] = instruction.args.map(term)
    return words[instruction.op](a as Printed, b as Printed, c as Printed)
  }
  if (instruction.kind === 'scheduled')
    return atom(`${symbolOf(instruction.name)}\\left(${term(instruction.clock).tex}\\right)`)
  const { op, over, arg } = instruction
  const range = over === 'tree' ? '\\text{all}' : '\\text{tensor}'
  if (op === 'sum' && term(arg).tex === '1') return atom(`n_{${range}}`)
  return { tex: `${op === 'sum' ? '\\sum' : '\\max'}_{${range}} ${inside(term(arg), 2)}`, binds: 2 }
}
