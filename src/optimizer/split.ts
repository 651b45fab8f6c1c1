import type { Tensor } from '@tensorflow/tfjs-core'
import { mistake } from '../failure.js'
import { checkStep, fitted } from '../kernel/kernel.js'
import { leaves, pruned, rebuild, tensors } from '../tree.js'
import { escaping, fresh, type Shape } from './leafwise.js'
import type { Optimizer, Point } from './optimizer.js'
import { tensorFrame } from './tensorframe.js'

/**
 * One optimizer for the matrices, another for the other leaves; which is which, their shapes and paths say. Each sees the tree of
 * its leaves alone.
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
    const second = first.map((is) => !is)
    return { frame, first, part: (tree: unknown, is: boolean) => pruned(tree, is ? first : second) as never }
  }
  return {
    init: (params) => {
      const { part } = sorted(params)
      return { matrices: matrices.init(part(params, true)), others: others.init(part(params, false)) }
    },
    update: <P>(state: Split<A, B>, grad: P, t: number, at: Point<P>) => {
      checkStep(who, t)
      if (!at) throw mistake(who, 'params are missing', 'them in the fourth argument: { params }')
      const { frame, first, part } = sorted(at.params)
      const like = (what: string, tree: unknown) => rebuild(frame.like, fitted(who, what, frame, tree))
      const g = like('grad', grad)
      const hessian = at.hessian && like('hessian', at.hessian)
      const point = (is: boolean): Point<never> => ({
        params: part(at.params, is),
        ...(at.loss !== undefined && { loss: at.loss }),
        ...(hessian !== undefined && { hessian: part(hessian, is) }),
      })
      return escaping(() => {
        const [a, ofMatrices] = matrices.update(state?.matrices, part(g, true), t, point(true))
        const [b, ofOthers] = others.update(state?.others, part(g, false), t, point(false))
        const [some, rest] = [leaves<Tensor>(ofMatrices), leaves<Tensor>(ofOthers)]
        const own = fresh(tensors([state, grad, at.params]))
        let made = 0
        const delta = first.map((is, i) => own((is ? some[made++] : rest[i - made]) as Tensor))
        return [{ matrices: a, others: b }, rebuild(frame.like, delta) as P] as const
      })
    },
  }
}
