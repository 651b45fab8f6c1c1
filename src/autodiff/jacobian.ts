import { reshape, type Scalar, stack, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core'
import { rebuild } from '../tree.js'
import { gradient } from './grad.js'
import { leavesOf, owned, pull } from './tape.js'
import { valueOf } from './vjp.js'

/** A tree like P, a tensor of any rank at every leaf. */
export type Blocks<P> = P extends Tensor ? Tensor : { readonly [K in keyof P]: Blocks<P[K]> }
/** A tree like Y with a tree like P at every leaf. */
export type Jacobian<Y, P> = Y extends Tensor ? Blocks<P> : { readonly [K in keyof Y]: Jacobian<Y[K], P> }

/**
 * All partial derivatives of a small function: for every tensor y that f gives, and every tensor x of its first argument,
 *
 *     jacobian(f)(θ, …rest)[y][x] = ∂y/∂x        of shape [...y.shape, ...x.shape]
 *
 * A row at a time: as many gradients of f as f gives numbers, and n · m numbers for n of them by m. Fresh, and the caller's.
 *
 * @throws where a leaf of θ or of f's result is not a float32 tensor.
 */
export const jacobian =
  <P, Rest extends readonly unknown[], Y>(f: (params: P, ...rest: Rest) => Y) =>
  (params: P, ...rest: Rest): Jacobian<Y, P> =>
    allPartials('jacobian', (p: P) => f(p, ...rest), params)

/**
 * All second derivatives of a small function that gives a scalar: for every two tensors x and z of its first argument,
 *
 *     hessian(f)(θ, …rest)[x][z] = ∂²f/∂x∂z      of shape [...x.shape, ...z.shape]
 *
 * the Jacobian of the gradient: as many `hvp`s as θ has numbers, and n² numbers for n of them.
 *
 * @throws where a leaf of θ is not a float32 tensor, or f gives no scalar.
 */
export const hessian =
  <P, Rest extends readonly unknown[]>(f: (params: P, ...rest: Rest) => Scalar) =>
  (params: P, ...rest: Rest): Jacobian<P, P> =>
    allPartials('hessian', (p: P) => gradient('hessian', p, (q: P) => f(q, ...rest)), params)

const allPartials = <P, Y>(who: string, f: (params: P) => Y, params: P): Jacobian<Y, P> =>
  owned(() => {
    const value = valueOf(who, f, params)
    const inputs = leavesOf(who, 'params', params)
    const blocks = leavesOf(who, 'the value', value).map(({ shape, size }, k) => {
      const rows = Array.from({ length: size }, (_, e) => {
        const cotangents = [tensor(unit(size, e), shape)]
        const { grad } = pull(who, params, (p) => ({ outputs: [outputOf(who, f(p), k)], cotangents }))
        return leavesOf(who, 'the gradient', grad)
      })
      const partials = inputs.map((x, i) => {
        const whole = [...shape, ...x.shape]
        return size === 0 ? zeros(whole) : reshape(stack(rows.map((row) => row[i] as Tensor)), whole)
      })
      return rebuild(params, partials)
    })
    return rebuild(value, blocks) as Jacobian<Y, P>
  })

const outputOf = (who: string, value: unknown, k: number): Tensor =>
  leavesOf(who, "the function's result", value)[k] as Tensor

const unit = (size: number, at: number): Float32Array => {
  const values = new Float32Array(size)
  values[at] = 1
  return values
}
