import type { Scalar } from '@tensorflow/tfjs-core'
import { gradient } from './grad.js'
import { leavesLike, leavesOf, pull } from './tape.js'

/**
 * The second derivative along a direction, without the matrix of second derivatives.
 *
 *     hvp(f)(θ, v, …rest) = H v,  H = ∂²f/∂θ²
 *
 * f gives a scalar; v and H v are trees like θ. H is symmetric, so H v is the gradient of ⟨∇f, v⟩ (Pearlmutter 1994, "Fast exact
 * multiplication by the Hessian", taken backwards both times): about three gradients' time. Fresh, and the caller's.
 *
 * @throws where a leaf of θ or v is not a float32 tensor, v is not like θ, or f gives no scalar.
 */
export const hvp =
  <P, Rest extends readonly unknown[]>(f: (params: P, ...rest: Rest) => Scalar) =>
  (params: P, vector: P, ...rest: Rest): P => {
    leavesOf('hvp', 'params', params)
    const v = leavesLike('hvp', 'the vector', params, vector)
    return pull('hvp', params, (p) => {
      const grad = gradient('hvp', p, (q: P) => f(q, ...rest))
      return { outputs: leavesOf('hvp', 'the gradient', grad), cotangents: v }
    }).grad
  }
