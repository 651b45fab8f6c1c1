import { add, mul, reshape, sum, type Tensor, transpose } from '@tensorflow/tfjs-core'
import type { Range } from '../schedule/range.js'
import type { Hyper, Step } from '../schedule/schedule.js'
import { leafwise, type Shape } from './leafwise.js'
import { type Bound, newtonSchulz, type Quintic } from './newtonschulz.js'

/**
 * The direction of Muon and its kin: momentum, made almost orthogonal.
 *
 *     m ← kept · m + taken · g
 *     u = ofMoment · m + ofGradient · g
 *     O = Newton and Schulz's iteration from u, as a matrix with singular values of at most 1
 *     g ← factor · O          · ⟨u, O⟩ where `adaptive`: the steepest descent in the spectral norm. Bernstein & Newhouse 2024,
 *                             https://arxiv.org/abs/2409.20325
 */
export interface Orthogonal<H extends string> {
  readonly name: string
  readonly hyper: Readonly<Record<H, Hyper>>
  readonly range: { readonly [K in H]?: Range }
  moment(hyper: Readonly<Record<H, number>>, t: Step): Moment
  readonly steps: readonly Quintic[]
  bounded(hyper: Readonly<Record<H, number>>): Bound
  readonly adaptive?: boolean
  /** Of a matrix of so many inputs (rows) and outputs (columns). */
  factor(hyper: Readonly<Record<H, number>>, inputs: number, outputs: number): number
  readonly axes?: (shape: Shape, path: string) => Axes
}

export interface Moment {
  readonly kept: number
  readonly taken: number
  readonly ofMoment: number
  readonly ofGradient: number
}

/** Which axes are a matrix's inputs and which its outputs; for each index of the others there is a matrix. */
export interface Axes {
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
}

export const orthogonal = <H extends string>(spec: Orthogonal<H>) => {
  const { name, hyper, range, steps, adaptive = false, axes = lastIsOutput } = spec
  return leafwise({
    name,
    hyper,
    range,
    slots: {
      m: (shape, path) => {
        // What is no matrix throws before the first update.
        axes(shape, path)
        return [shape]
      },
    },
    step: ({ path, g, t, slot, hyper }) => {
      const { kept, taken, ofMoment, ofGradient } = spec.moment(hyper, t)
      const m = add(mul(slot.m[0], kept), mul(g, taken))
      const u = add(mul(m, ofMoment), mul(g, ofGradient))
      const given = axes(g.shape, path)
      // The iteration does not tell a matrix from its transpose, whichever of its axes are called inputs.
      const view = matrices(g.shape, g.rank === 2 ? lastIsOutput(g.shape) : given)
      const [inputs, outputs] = [size(g.shape, given.inputs), size(g.shape, given.outputs)]
      const o = view.back(newtonSchulz(view.there(u), steps, spec.bounded(hyper)))
      const scaled = mul(o, spec.factor(hyper, inputs, outputs))
      return { m, delta: adaptive ? mul(scaled, sum(mul(u, o))) : scaled }
    },
  })
}

const lastIsOutput = ({ length }: Shape): Axes => ({
  inputs: Array.from({ length: length - 1 }, (_, i) => i),
  outputs: [length - 1],
})

const size = (shape: Shape, axes: readonly number[]): number => axes.reduce((n, i) => n * (shape[i] as number), 1)

/** A tensor as [matrices, inputs, outputs], and such a one as the tensor; without the first where there is but one. */
const matrices = (shape: Shape, { inputs, outputs }: Axes) => {
  const batch = shape.map((_, i) => i).filter((i) => !inputs.includes(i) && !outputs.includes(i))
  const order = [...batch, ...inputs, ...outputs]
  const flat = [...(batch.length > 0 ? [size(shape, batch)] : []), size(shape, inputs), size(shape, outputs)]
  const inOrder = order.every((axis, i) => axis === i)
  const turned = (x: Tensor, axes: number[]): Tensor => (inOrder ? x : transpose(x, axes))
  return {
    there: (x: Tensor): Tensor => reshape(turned(x, order), flat),
    back: (x: Tensor): Tensor => {
      const whole = reshape(
        x,
        order.map((axis) => shape[axis] as number),
      )
      return turned(
        whole,
        shape.map((_, axis) => order.indexOf(axis)),
      )
    },
  }
}
