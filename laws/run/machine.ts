import { Tensor, tensor } from '@tensorflow/tfjs-core'
import { brief, mistake } from '../../src/failure.js'
import { init, update } from '../../src/kernel/kernel.js'
import type { Optimizer, Point } from '../../src/optimizer/optimizer.js'
import type { Rule } from '../../src/rule/rule.js'
import * as tree from '../../src/tree.js'

/**
 * An optimizer that takes and gives plain numbers: in float64 where it is a formula; over tensors of tfjs's current back end where it
 * is not. Its states are plain data: whoever keeps one, and goes on from it, has saved and restored.
 */
export interface Machine {
  init(theta: Leaves): unknown
  update(state: unknown, grad: Leaves, t: number, at: At): readonly [state: unknown, delta: Leaves]
  /** Where it wants its gradient, θ if it does not say. */
  probe(state: unknown, theta: Leaves, gradAt: (theta: Leaves) => Leaves, t: number): Leaves
  /** What is to be evaluated, θ if it does not say. */
  readout(state: unknown, theta: Leaves): Leaves
}

/** Leaves by name. */
export type Leaves = Readonly<Record<string, Float64Array>>
export type At = Point<Leaves>

/** The shape of each leaf. */
export type Layout = Readonly<Record<string, readonly number[]>>

export const machine = (optimizer: Optimizer, layout: Layout): Machine =>
  optimizer.rule ? formula(optimizer.rule, optimizer) : overTensors(optimizer, layout)

const formula = (rule: Rule, optimizer: Optimizer): Machine => ({
  init: (theta) => init(rule, theta as never),
  update: (state, grad, t, at) => update(rule, state, grad, t, at),
  probe: (state, theta, gradAt, t) => optimizer.probe?.(state, theta, gradAt, t) ?? theta,
  readout: (state, theta) => optimizer.readout?.(state, theta) ?? theta,
})

/** A tensor that has been read. */
export class Saved {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: Tensor['dtype'],
    readonly numbers: ArrayLike<number>,
  ) {}
}

type Uploaded = { readonly [name: string]: Tensor }

const overTensors = (optimizer: Optimizer, layout: Layout): Machine => {
  const up = (leaves: Leaves) =>
    Object.fromEntries(
      Object.entries(leaves).map(([name, x]) => [
        name,
        tensor(Float32Array.from(x), [...(layout[name] ?? [x.length])]),
      ]),
    )
  // In the layout's order, whatever theirs is.
  const down = (tensors: Uploaded): Leaves =>
    Object.fromEntries(
      Object.keys(layout).map((name) => {
        const x = tensors?.[name]
        if (!(x instanceof Tensor)) throw mistake('optimizer.update', `leaf "${name}" came as ${brief(x)}`, 'a tensor')
        return [name, Float64Array.from(x.dataSync())]
      }),
    )
  const elsewhere = (
    saved: unknown,
    theta: Leaves,
    find: (state: unknown, theta: Uploaded) => Uploaded | undefined,
  ): Leaves => {
    const [state, at] = [restored(saved), up(theta)]
    const found = find(state, at)
    const result = found ? down(found) : theta
    tree.dispose([state, at, found])
    return result
  }
  return {
    init: (theta) => {
      const params = up(theta)
      const state = optimizer.init(params)
      const saved = savedOf(state)
      tree.dispose([params, state])
      return saved
    },
    update: (saved, grad, t, { params, loss, hessian, evaluate }) => {
      const given = { state: restored(saved), g: up(grad), theta: up(params), ...(hessian && { h: up(hessian) }) }
      const [state, delta] = optimizer.update(given.state, given.g, t, {
        params: given.theta,
        ...(loss !== undefined && { loss }),
        ...(given.h && { hessian: given.h }),
        ...(evaluate && {
          evaluate: (theta) => {
            const [value, slope] = evaluate(down(theta))
            return [value, up(slope)] as const
          },
        }),
      })
      const result = [savedOf(state), down(delta)] as const
      tree.dispose([given, state, delta])
      return result
    },
    probe: (saved, theta, gradAt, t) =>
      elsewhere(saved, theta, (state, at) => optimizer.probe?.(state, at, (there) => up(gradAt(down(there))), t)),
    readout: (saved, theta) => elsewhere(saved, theta, (state, at) => optimizer.readout?.(state, at)),
  }
}

/** The tensors of a state, read; everything else as it is. */
export const savedOf = (state: unknown): unknown =>
  tree.rebuild(
    state,
    tree
      .entries(state)
      .map(([, x]) => (x instanceof Tensor ? new Saved([...x.shape], x.dtype, x.dataSync().slice()) : x)),
  )

export const restored = (saved: unknown): unknown =>
  tree.rebuild(
    saved,
    tree
      .entries(saved)
      .map(([, x]) => (x instanceof Saved ? tensor(x.numbers as Float32Array, [...x.shape], x.dtype) : x)),
  )

/** All numbers of a state, in order. */
export const numbersOf = (state: unknown): readonly number[] =>
  tree.entries(state).flatMap(([, x]) => {
    if (x instanceof Saved) return Array.from(x.numbers)
    if (ArrayBuffer.isView(x)) return Array.from(x as Float64Array)
    return typeof x === 'number' ? [x] : []
  })
