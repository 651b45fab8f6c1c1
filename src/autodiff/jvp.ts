import { zerosLike } from '@tensorflow/tfjs-core'
import { rebuild } from '../tree.js'
import { leavesLike, leavesOf, owned, pull } from './tape.js'
import { pullback, valueOf } from './vjp.js'

/**
 * Forward mode: the value, and its derivative along a direction.
 *
 *     jvp(f)(θ, v, …rest) = [f(θ, …rest), J v],  J = ∂f/∂θ
 *
 * v is a tree like θ, J v one like f's result, any tree of float32 tensors. The tape goes backwards only, so J v is made by going
 * back twice: Jᵀu is linear in u, and the gradient of u ↦ ⟨Jᵀu, v⟩ is J v wherever it is taken (J. Townsend, "A new trick for
 * calculating Jacobian vector products", 2017). It costs two evaluations of f, its derivative and that one's: about three
 * gradients, and needs the second derivatives of f's ops, if only as functions of u.
 *
 * @throws where a leaf of θ, of v or of f's result is not a float32 tensor, or v is not like θ.
 */
export const jvp =
  <P, Rest extends readonly unknown[], Y>(f: (params: P, ...rest: Rest) => Y) =>
  (params: P, tangent: P, ...rest: Rest): [value: Y, tangentOut: Y] => {
    leavesOf('jvp', 'params', params)
    const v = leavesLike('jvp', 'the tangent', params, tangent)
    const at = (p: P): Y => f(p, ...rest)
    return owned(() => {
      const value = valueOf('jvp', at, params)
      const u = rebuild(value, leavesOf('jvp', 'the value', value).map(zerosLike)) as Y
      const { grad } = pull('jvp', u, (u) => ({
        outputs: leavesOf('jvp', 'the gradient', pullback('jvp', 'the value', at, params, u)),
        cotangents: v,
      }))
      return [value, grad]
    })
  }
