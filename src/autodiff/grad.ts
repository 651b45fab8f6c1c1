import { type Scalar, Tensor } from '@tensorflow/tfjs-core'
import { brief, mistake } from '../failure.js'
import { pull } from './tape.js'

/** A loss, and what else the function found on its way: predictions, statistics. */
export interface WithExtra<E> {
  readonly loss: Scalar
  readonly extra: E
}

interface ValueAndGrad {
  <P, Rest extends readonly unknown[]>(
    f: (params: P, ...rest: Rest) => Scalar,
  ): (params: P, ...rest: Rest) => [loss: Scalar, grad: P]
  <P, Rest extends readonly unknown[], E>(
    f: (params: P, ...rest: Rest) => WithExtra<E>,
  ): (params: P, ...rest: Rest) => [value: WithExtra<E>, grad: P]
}

/**
 * Gradients of functions of trees, by TensorFlow.js's tape.
 *
 *     valueAndGrad(f)(θ, …rest) = [f(θ, …rest), ∂f/∂θ]
 *
 * The first argument is differentiated, the others are passed on. A leaf that f does not use has gradient zero. Where f gives
 * `{ loss, extra }`, the loss is differentiated, and both come back. Loss, extra and gradients are fresh tensors and the
 * caller's; what else f made on its way is gone.
 *
 * @throws where a leaf is not float32, or the loss is no scalar.
 */
export const valueAndGrad = (<P, Rest extends readonly unknown[]>(f: (params: P, ...rest: Rest) => unknown) =>
  (params: P, ...rest: Rest) => {
    const { result, grad } = pull('valueAndGrad', params, (p) => {
      const result = f(p, ...rest)
      const loss = isWithExtra(result) ? result.loss : result
      return { result, outputs: [scalarOf('valueAndGrad', loss)] }
    })
    return [result, grad]
  }) as ValueAndGrad

const isWithExtra = (x: unknown): x is WithExtra<unknown> =>
  x instanceof Object && !(x instanceof Tensor) && 'loss' in x

/** The gradient alone. */
export const grad =
  <P, Rest extends readonly unknown[]>(f: (params: P, ...rest: Rest) => Scalar) =>
  (params: P, ...rest: Rest): P =>
    gradient('grad', params, (p) => f(p, ...rest))

/** ∂f/∂θ for who asks. */
export const gradient = <P>(who: string, params: P, f: (params: P) => Scalar): P =>
  pull(who, params, (p) => ({ outputs: [scalarOf(who, f(p))] })).grad

/** Loss, gradient, and what else the function returned: `extra`'s tensors outlive the call too. */
export const differentiate = <P, E>(
  who: string,
  f: (params: P) => { readonly loss: Scalar; readonly extra?: E },
  params: P,
): { readonly loss: Scalar; readonly grad: P; readonly extra?: E } => {
  const { result, grad } = pull(who, params, (p) => {
    const { loss, extra } = f(p)
    return { result: { loss, extra }, outputs: [scalarOf(who, loss)] }
  })
  return { ...result, grad }
}

const scalarOf = (who: string, loss: unknown): Scalar => {
  if (!(loss instanceof Tensor)) throw mistake(who, `the function returned ${brief(loss)}`, 'a scalar tensor')
  if (loss.rank !== 0)
    throw mistake(who, `the function returned a tensor of shape [${loss.shape}]`, 'a scalar: use .mean() or .sum()')
  return loss as Scalar
}
