import { fresh, leavesLike, leavesOf, owned, pull } from './tape.js'

/**
 * Reverse mode: the value, and the function that takes a cotangent back.
 *
 *     vjp(f)(θ, …rest) = [f(θ, …rest), u ↦ Jᵀu],  J = ∂f/∂θ
 *
 * f gives any tree of float32 tensors, u is a tree like it, Jᵀu one like θ. All results are fresh and the caller's. Nothing is
 * kept from the one to the other: the pullback evaluates f again at θ and rest, which must still be there then.
 *
 * @throws where a leaf of θ, of f's result or of u is not a float32 tensor, or u is not like f's result.
 */
export const vjp =
  <P, Rest extends readonly unknown[], Y>(f: (params: P, ...rest: Rest) => Y) =>
  (params: P, ...rest: Rest): [value: Y, pullback: (cotangent: Y) => P] => {
    const at = (p: P): Y => f(p, ...rest)
    return [valueOf('vjp', at, params), (cotangent) => pullback('vjp', 'the cotangent', at, params, cotangent)]
  }

/** f(θ), fresh, of a function that can be differentiated. */
export const valueOf = <P, Y>(who: string, f: (params: P) => Y, params: P): Y => {
  leavesOf(who, 'params', params)
  return owned(() => {
    const value = f(params)
    leavesOf(who, "the function's result", value)
    return fresh(value)
  })
}

/** Jᵀu for who asks, where u goes by this name. */
export const pullback = <P, Y>(who: string, what: string, f: (params: P) => Y, params: P, u: Y): P =>
  pull(who, params, (p) => {
    const value = f(p)
    const outputs = leavesOf(who, "the function's result", value)
    return { outputs, cotangents: leavesLike(who, what, value, u) }
  }).grad
