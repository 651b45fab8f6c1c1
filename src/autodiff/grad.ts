import { clone, engine, keep, reshape, type Scalar, scalar, Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { brief, mistake } from '../failure.js'
import { dispose, entries, rebuild, tensors } from '../tree.js'
import { installGradients } from './gradients.js'

/**
 * Gradients of functions of trees, by TensorFlow.js's tape.
 *
 *     valueAndGrad(f)(θ, …rest) = [f(θ, …rest), ∂f/∂θ]
 *
 * The first argument is differentiated, the others are passed on. A leaf that f does not use has gradient zero. Loss and
 * gradients are fresh tensors and the caller's; what f made on its way is gone.
 */
export const valueAndGrad =
  <P, Rest extends readonly unknown[]>(f: (params: P, ...rest: Rest) => Scalar) =>
  (params: P, ...rest: Rest): [loss: Scalar, grad: P] => {
    const { loss, grad } = differentiate('valueAndGrad', (p: P) => ({ loss: f(p, ...rest) }), params)
    return [loss, grad]
  }

/** The gradient alone. */
export const grad =
  <P, Rest extends readonly unknown[]>(f: (params: P, ...rest: Rest) => Scalar) =>
  (params: P, ...rest: Rest): P => {
    const { loss, grad } = differentiate('grad', (p: P) => ({ loss: f(p, ...rest) }), params)
    loss.dispose()
    return grad
  }

/** Loss, gradient, and what else the function returned: `extra`'s tensors outlive the call too. */
export const differentiate = <P, E>(
  who: string,
  f: (params: P) => { readonly loss: Scalar; readonly extra?: E },
  params: P,
): { readonly loss: Scalar; readonly grad: P; readonly extra?: E } => {
  installGradients()
  const given = entries(params).map(([path, x]) => leafOf(who, path, x))
  const handles = ownHandles(given)
  // Handles are numbered as they are made: what f makes comes after this one.
  const start = scalar(0)
  start.dispose()
  const made: Tensor[] = []
  let extra: E | undefined
  try {
    const { value, grads } = tidy(() => {
      const forward = (): Scalar => {
        const result = f(rebuild(params, handles) as P)
        // A clone, so that the value is no leaf and no tensor of the caller's, and is on the tape even so.
        const value = clone(scalarOf(who, result.loss))
        extra = result.extra
        for (const x of tensors(extra)) if (x.id > start.id) made.push(keep(x))
        return value
      }
      return engine().gradients(forward, [...handles], undefined, true) as {
        value: Scalar
        grads: (Tensor | undefined)[]
      }
    })
    return { loss: value, grad: rebuild(params, ownGradients(given, grads, value)) as P, extra }
  } catch (error) {
    dropTape()
    dispose(made)
    throw error
  } finally {
    for (const [i, x] of handles.entries()) if (x !== given[i]) x.dispose()
  }
}

/** Where a function throws, tfjs leaves what its tape had saved. */
const dropTape = (): void => {
  const { state } = engine()
  if (state.gradientDepth > 0 || !state.activeTape) return
  for (const { saved = [] } of state.activeTape) for (const x of saved) x.dispose()
  state.activeTape = []
}

const leafOf = (who: string, path: string, x: unknown): Tensor => {
  if (x instanceof Tensor && x.dtype === 'float32') return x
  throw mistake(who, `leaf "${path}" of params is ${x instanceof Tensor ? x.dtype : brief(x)}`, 'a float32 tensor')
}

const scalarOf = (who: string, loss: unknown): Scalar => {
  if (!(loss instanceof Tensor)) throw mistake(who, `the function returned ${brief(loss)}`, 'a scalar tensor')
  if (loss.rank !== 0)
    throw mistake(who, `the function returned a tensor of shape [${loss.shape}]`, 'a scalar: use .mean() or .sum()')
  return loss as Scalar
}

/** The tape knows tensors by handle: one tensor that stands in two leaves gets two, so that each has its own gradient. */
const ownHandles = (given: readonly Tensor[]): readonly Tensor[] =>
  given.map((x, i) => (given.indexOf(x) === i ? x : keep(reshape(x, x.shape))))

/**
 * One fresh tensor a leaf. The tape may hand out one tensor for two leaves, the caller's own (a gradient function that
 * returns what it was given), or nothing for a leaf that is not used.
 */
const ownGradients = (given: readonly Tensor[], grads: readonly (Tensor | undefined)[], value: Tensor): Tensor[] => {
  const own: Tensor[] = []
  for (const [i, x] of given.entries()) {
    const found = grads[i]
    // What is older than the value was there before the gradient was taken.
    const fresh = found !== undefined && found.id > value.id && !own.includes(found)
    own.push(fresh ? found : found ? reshape(found, x.shape) : zerosLike(x))
  }
  return own
}
