import { mistake } from '../failure.js'
import { checkStep, fitted } from '../kernel/kernel.js'
import { entries, rebuild, tensors } from '../tree.js'
import { escaping, fresh, type Shape } from './leafwise.js'
import type { Optimizer, Point } from './optimizer.js'
import { tensorFrame } from './tensorframe.js'

/**
 * One optimizer for the matrices, another for the other leaves; which is which, their shapes and paths say. Each sees its leaves as a
 * record by path.
 */
export interface Split<A, B> {
  readonly matrices: A
  readonly others: B
}

export const split = <A, B>(
  who: string,
  isMatrix: (shape: Shape, path: string) => boolean,
  matrices: Optimizer<A>,
  others: Optimizer<B>,
): Optimizer<Split<A, B>> => {
  for (const asks of ['probe', 'readout'] as const)
    if (others[asks]) throw mistake(who, `others has a ${asks}`, 'an optimizer that is at θ')
  const sorted = (tree: unknown) => {
    const frame = tensorFrame(who, 'params', tree)
    const first = frame.paths.map((path, i) => isMatrix(frame.shapes[i] as Shape, path))
    const part = (leaves: readonly unknown[], is: boolean): never =>
      Object.fromEntries(frame.paths.flatMap((path, i) => (first[i] === is ? [[path, leaves[i]]] : []))) as never
    return { frame, first, part }
  }
  return {
    init: (params) => {
      const { part } = sorted(params)
      const leaves = entries(params).map(([, leaf]) => leaf)
      return { matrices: matrices.init(part(leaves, true)), others: others.init(part(leaves, false)) }
    },
    update: <P>(state: Split<A, B>, grad: P, t: number, at: Point<P>) => {
      checkStep(who, t)
      if (!at) throw mistake(who, 'params are missing', 'them in the fourth argument: { params }')
      const { frame, first, part } = sorted(at.params)
      const grads = fitted(who, 'grad', frame, grad)
      const thetas = entries(at.params).map(([, leaf]) => leaf)
      const hessian = at.hessian && fitted(who, 'hessian', frame, at.hessian)
      const point = (is: boolean): Point<never> => ({
        params: part(thetas, is),
        ...(at.loss !== undefined && { loss: at.loss }),
        ...(hessian && { hessian: part(hessian, is) }),
      })
      return escaping(() => {
        const [a, ofMatrices] = matrices.update(state?.matrices, part(grads, true), t, point(true))
        const [b, ofOthers] = others.update(state?.others, part(grads, false), t, point(false))
        const own = fresh(tensors([state, grad, at.params]))
        const delta = frame.paths.map((path, i) => own((first[i] ? ofMatrices : ofOthers)[path]))
        return [{ matrices: a, others: b }, rebuild(frame.like, delta) as P] as const
      })
    },
  }
}
