import {
  add,
  all,
  broadcastTo,
  clone,
  fill,
  getBackend,
  isFinite as isFiniteTensor,
  tensor as makeTensor,
  max,
  maximum,
  mul,
  scalar,
  sum,
  Tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Expr } from '../expr/expr.js'
import { stages } from '../expr/stages.js'
import { copy } from '../tree.js'
import { asTensor, type Env, evaluate, type Value } from './evaluate.js'
import type { Executor, Work } from './executor.js'
import { spread } from './loops.js'

/**
 * Any TensorFlow.js back end, op by op: correct everywhere, fused nowhere.
 */
const JOIN = {
  sum: { over: sum, join: add, ofEqual: (x: Value, n: number) => mul(asTensor(x), n), unit: 0 },
  max: { over: max, join: maximum, ofEqual: (x: Value) => asTensor(x), unit: Number.NEGATIVE_INFINITY },
} as const

/** `x` over the elements of one tensor; an x of lower rank is equal for all of them. */
const reduced = (op: 'sum' | 'max', x: Value, shape: readonly number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1)
  if (size === 0) return scalar(JOIN[op].unit)
  const whole = typeof x !== 'number' && x.shape.length === shape.length
  return whole ? JOIN[op].over(x) : JOIN[op].ofEqual(x, size)
}

/** TensorFlow broadcasts [0] and a scalar to [1] here and there: where there are no elements, none is asked. */
const shaped = (x: Value, shape: readonly number[]): Tensor => {
  if (typeof x === 'number') return fill([...shape], x)
  if (shape.includes(0)) return fill([...shape], 0)
  return x.shape.length === shape.length ? x : broadcastTo(x, [...shape])
}

/** A tensor of this shape that is nobody else's: not an operand, not another result. */
const fresh = (x: Value, shape: readonly number[], taken: Set<Tensor>): Tensor => {
  const full = shaped(x, shape)
  const own = taken.has(full) ? clone(full) : full
  taken.add(own)
  return own
}

const run = ({ rule, shapes, grads, params, slots, scalars, constants }: Work<Tensor>) => {
  const { passes, outputs } = stages(rule.step)
  const names = Object.keys(rule.slots)
  const tree: Env = { ...scalars }
  for (const [s, name] of names.entries()) if (rule.slots[name]?.per === 'tree') tree[name] = slots[s]?.[0] as Tensor
  const at = Object.values(rule.slots).map((slot, s) =>
    spread(slot, constants, shapes.length, slots[s] as readonly Tensor[]),
  )
  const envs = shapes.map((_, i) => {
    const env: Env = Object.assign(Object.create(tree) as Env, constants[i], { g: grads[i] })
    if (params) env.theta = params[i] as Tensor
    for (const [s, name] of names.entries()) {
      const own = rule.slots[name]?.per === 'tree' ? undefined : at[s]?.[i]
      if (own) env[name] = own
    }
    return env
  })
  for (const pass of passes)
    for (const { name, op, over, arg } of pass) {
      const each = envs.map((env, i) => reduced(op, evaluate(env)(arg), shapes[i] as readonly number[]))
      if (over === 'tree') tree[name] = each.reduce(JOIN[op].join, scalar(JOIN[op].unit))
      else for (const [i, env] of envs.entries()) env[name] = each[i] as Tensor
    }
  const taken = new Set<Tensor>([...grads, ...(params ?? []), ...slots.flat()])
  const read = envs.map(evaluate)
  const next = names.map((name, s) => {
    const formula = outputs[name]
    const per = rule.slots[name]?.per
    if (!formula) return []
    if (per === 'tree') return [fresh(evaluate(tree)(formula), [], taken)]
    return shapes.flatMap((shape, i) =>
      at[s]?.[i] ? [fresh(read[i]?.(formula) as Value, per === 'element' ? shape : [], taken)] : [],
    )
  })
  const delta = shapes.map((shape, i) => fresh(read[i]?.(outputs.delta as Expr) as Value, shape, taken))
  return { next, delta }
}

const finite = (x: Tensor): boolean => x.size === 0 || tidy(() => all(isFiniteTensor(x)).dataSync()[0] === 1)

/** `tidy` for a step: what comes back outlives it. */
const kept = <A extends Record<string, unknown>>(f: () => A): A => {
  let result: A | undefined
  tidy(() => {
    result = f()
    return Object.values(result).flat(2) as Tensor[]
  })
  return result as A
}

export const tensor: Executor<Tensor> = {
  get name() {
    return getBackend()
  },
  leaves: 'a float32 tensor',
  shape: (leaf) => (leaf instanceof Tensor && leaf.dtype === 'float32' ? leaf.shape : undefined),
  fill: (shape, value) => makeTensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), [...shape]),
  copy,
  dispose: (leaf) => leaf.dispose(),
  update: (work) => {
    const { next, delta } = kept(() => run(work))
    return { slots: next, delta }
  },
  advance: (work, guard) => {
    if (guard && !work.grads.every(finite)) return undefined
    const old = [...(work.params ?? []), ...work.slots.flat()]
    const moved = kept(() => {
      const { next, delta } = run(work)
      return { slots: next, params: delta.map((d, i) => add(work.params?.[i] as Tensor, d)) }
    })
    for (const leaf of old) leaf.dispose()
    return moved
  },
  finite,
}
