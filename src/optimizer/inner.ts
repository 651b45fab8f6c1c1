import { add, mul, scalar, sum, type Tensor } from '@tensorflow/tfjs-core'

/** The inner product of two trees as vectors, from their leaves. */
export const inner = (a: readonly Tensor[], b: readonly Tensor[]): Tensor =>
  a.reduce((total: Tensor, x, i) => (x.size === 0 ? total : add(total, sum(mul(x, b[i] as Tensor)))), scalar(0))
