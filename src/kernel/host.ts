import type { Op } from '../expr/expr.js'
import { arithmetic } from '../expr/number.js'
import { type Program, program } from '../expr/program.js'
import type { Rule } from '../rule/rule.js'
import type { Executor, Work } from './executor.js'
import { type Column, compile, type Memory, type Mode, OUT, type Run, spread } from './loops.js'
import { madeOnce } from './once.js'

/**
 * Float64 arrays, without TensorFlow: the meaning of a rule, which every back end is held to.
 *
 * Each instruction runs over the whole array before the next one does.
 */
type Buffer = Float64Array

const run = ({ code }: Program, n: number, value: (name: string) => Buffer | number): readonly Buffer[] => {
  const found: Buffer[] = []
  for (const [i, instruction] of code.entries()) {
    if (instruction.kind === 'reduce') throw new TypeError('host: a reduction is in a loop; run stages first')
    if (instruction.kind === 'apply') {
      found[i] = applied(
        instruction.op,
        instruction.args.map((a) => found[a] as Buffer),
        n,
      )
      continue
    }
    const x = instruction.kind === 'number' ? instruction.value : value(instruction.name)
    found[i] = typeof x === 'number' ? new Float64Array(n).fill(x) : x
  }
  return found
}

const applied = (op: Op, [a, b, c]: readonly Buffer[], n: number): Buffer => {
  const f = arithmetic[op] as (a: number, b?: number, c?: number) => number
  const y = new Float64Array(n)
  if (c && b && a) for (let i = 0; i < n; i++) y[i] = f(a[i] as number, b[i], c[i])
  else if (b && a) for (let i = 0; i < n; i++) y[i] = f(a[i] as number, b[i])
  else if (a) for (let i = 0; i < n; i++) y[i] = f(a[i] as number)
  return y
}

const lookup =
  (
    inputs: readonly string[],
    columns: readonly Column<Buffer>[],
    i: number,
    scalars: readonly string[],
    values: readonly number[],
  ) =>
  (name: string): Buffer | number =>
    inputs.includes(name) ? (columns[inputs.indexOf(name)]?.[i] as Buffer) : (values[scalars.indexOf(name)] as number)

const memory: Memory<Buffer> = {
  prepare: (formula) => formula,
  map: (inputs, scalars, formulas) => {
    const code = program(formulas)
    const at = Object.values(code.outputs)
    return (sizes, ins, outs, values) => {
      for (const [i, n] of sizes.entries()) {
        const found = run(code, n, lookup(inputs, ins, i, scalars, values(i)))
        for (const [k, out] of outs.entries()) out[i]?.set(found[at[k] as number] as Buffer)
      }
    }
  },
  reduce: (inputs, scalars, reductions) => {
    const code = program(Object.fromEntries(reductions.map(({ name, arg }) => [name, arg])))
    return (sizes, ins, values) => {
      const found = sizes.map((n, i) => run(code, n, lookup(inputs, ins, i, scalars, values(i))))
      return reductions.map(({ op, name }) =>
        found.map((buffers) => {
          const x = buffers[code.outputs[name] as number] as Buffer
          return op === 'sum' ? x.reduce((a, b) => a + b, 0) : x.reduce((a, b) => Math.max(a, b), -Infinity)
        }),
      )
    }
  },
  get: (buffer) => buffer[0] as number,
  set: (buffer, value) => {
    buffer[0] = value
  },
}

const compiled = madeOnce((_: Rule): Partial<Record<Mode, Run<Buffer>>> => ({}))

const runOf = (rule: Rule, mode: Mode): Run<Buffer> => {
  const modes = compiled(rule)
  modes[mode] ??= compile(rule, mode, memory)
  return modes[mode]
}

const like = (buffers: readonly Buffer[]): readonly Buffer[] => buffers.map((x) => new Float64Array(x.length))

const step = (mode: Mode, { rule, shapes, grads, params = [], slots, scalars, constants }: Work<Buffer>) => {
  const named = Object.entries(rule.slots)
  // A slot that is only read stays the same array.
  const next = slots.map((column, s) => ((named[s]?.[0] as string) in rule.step ? like(column) : column))
  const out = like(grads)
  const column = (columns: readonly (readonly Buffer[])[]) =>
    Object.fromEntries(
      named.map(([name, slot], s) => [name, spread(slot, constants, grads.length, columns[s] as readonly Buffer[])]),
    )
  const ok = runOf(
    rule,
    mode,
  )({
    sizes: shapes.map(([n]) => n as number),
    inputs: { ...column(slots), g: grads, theta: params },
    outputs: { ...column(next), [OUT]: out },
    scalars,
    constants,
  })
  return ok ? { next, out } : undefined
}

export const host: Executor<Buffer> = {
  name: 'host',
  leaves: 'a Float64Array',
  shape: (leaf) => (leaf instanceof Float64Array ? [leaf.length] : undefined),
  fill: (shape, value) => new Float64Array(shape[0] ?? 1).fill(value),
  copy: (leaf) => leaf.slice(),
  dispose: () => {},
  update: (work) => {
    const { next, out } = step('update', work) as NonNullable<ReturnType<typeof step>>
    return { slots: next, delta: out }
  },
  advance: (work, guard) => {
    const moved = step(guard ? 'guarded advance' : 'advance', work)
    return moved && { slots: moved.next, params: moved.out }
  },
  finite: (leaf) => leaf.every(Number.isFinite),
}
