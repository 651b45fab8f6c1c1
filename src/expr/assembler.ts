import { type Code, unsigned, type ValueType } from './instruction.js'

/**
 * Modules as WebAssembly has them in binary: they import a memory and functions, and export functions.
 *
 * WebAssembly core specification 2.0, section 5.5.
 */
export interface Signature {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
}

/** Declares one more local of a function, and returns its index. */
export type Local = (type: ValueType) => number

/** `body` gets its parameters' indices. */
export interface Fn extends Signature {
  body(params: readonly number[], local: Local): Code
}

export interface Module {
  /** The imported memory; a shared one must be declared so, with its maximum in pages. */
  readonly memory: { readonly shared: boolean }
  /** Imported functions: `call(i, …)` calls the i-th of them; the module's own follow. */
  readonly imports?: readonly Signature[]
  readonly functions: readonly Fn[]
}

const TYPE: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b }
/** tfjs's threaded build reserves the whole 4 GiB address space. */
const SHARED_PAGES = 65_536

/** The bytes of nested code, in order. */
const flat = (code: Code): readonly number[] => {
  const bytes: number[] = []
  const visit = (part: Code): void => {
    for (const x of part) {
      if (typeof x === 'number') bytes.push(x)
      else visit(x)
    }
  }
  visit(code)
  return bytes
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items]
const section = (id: number, content: Code): Code => {
  const bytes = flat(content)
  return [id, ...unsigned(bytes.length), bytes]
}
const text = (s: string): Code => {
  const bytes = Array.from(new TextEncoder().encode(s))
  return [...unsigned(bytes.length), ...bytes]
}
const funcType = ({ params, results }: Signature): Code => [
  0x60,
  ...vector(params.map((t) => [TYPE[t]])),
  ...vector(results.map((t) => [TYPE[t]])),
]

const funcBody = (fn: Fn): Code => {
  const locals: ValueType[] = []
  const first = fn.params.length
  const code = fn.body(
    fn.params.map((_, i) => i),
    (type) => first + locals.push(type) - 1,
  )
  const body = flat([...vector(locals.map((t) => [1, TYPE[t]])), code, 0x0b])
  return [...unsigned(body.length), body]
}

/** The module's bytes. It imports `env.memory` and `env[name]` for each import, and exports each function. */
export const assemble = ({ memory, imports = [], functions }: Module): Uint8Array<ArrayBuffer> => {
  const signatures = [...imports, ...functions]
  const limits = memory.shared ? [3, 0, ...unsigned(SHARED_PAGES)] : [0, 0]
  const bytes = flat([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, vector(signatures.map(funcType))),
    section(
      2,
      vector([
        [text('env'), text('memory'), 0x02, ...limits],
        ...imports.map((s, i) => [text('env'), text(s.name), 0x00, ...unsigned(i)]),
      ]),
    ),
    section(3, vector(functions.map((_, i) => unsigned(imports.length + i)))),
    section(7, vector(functions.map((f, i) => [text(f.name), 0x00, ...unsigned(imports.length + i)]))),
    section(10, vector(functions.map(funcBody))),
  ])
  return new Uint8Array(bytes)
}
