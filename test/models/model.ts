import type { Scalar } from '@tensorflow/tfjs'
import type { Tensors } from 'gradus'

/** A model as its user writes it, in plain tf.*: what is trained on WASM, followed on the CPU, and timed. */
export interface Model {
  readonly name: string
  /** The same numbers each time. */
  params(): Tensors
  /** The i-th batch, fresh; the same numbers each time. */
  batch(i: number): Tensors
  /** `seed` is another at each step. */
  loss(params: Tensors, batch: Tensors, seed: number): Scalar
}

/** A model whose parameters and batches are of these types. */
export const model = <P extends Tensors, B extends Tensors>(of: {
  readonly name: string
  params(): P
  batch(i: number): B
  loss(params: P, batch: B, seed: number): Scalar
}): Model => of as unknown as Model
