import { broadcast_util, cast, Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Expr, Operand } from '../expr/expr.js'
import { brief, mistake } from '../failure.js'
import { applied } from './application.js'
import { traced } from './formula.js'

/** A function of as many tensors as the formula has parameters; a number may stand for any of them. */
export type Elementwise<A extends readonly Expr[]> = (
  ...operands: { readonly [K in keyof A]: Tensor | number }
) => Tensor

/**
 * A formula as an op of TensorFlow.js, with derivatives of any order.
 *
 *     const huber = elementwise((x, y) => {
 *       const r = x.sub(y)
 *       return r.abs().le(1).select(r.square().mul(0.5), r.abs().sub(0.5))
 *     })
 *     huber(predictions, targets).mean()
 *
 * The function is called once, with symbols, and has as many parameters as its `length`. Tensors are broadcast as in tfjs; the result
 * is float32, and int32 and bool tensors are read as float32. On WASM (after `useWasm`) the formula is one loop over memory, and all
 * its partial derivatives that are asked for are another; elsewhere it runs op by op. Only tensors are differentiated, the formula
 * symbolically: at a kink one side is taken (|x|′ = 0 at 0, max(a, b)′ = a′ where a ≥ b), and of a `select` only the chosen branch.
 *
 * `name` is for errors.
 *
 * @throws where the formula reduces, or has terms that are not made of its parameters and numbers; the result of it where an operand
 * is neither tensor nor number, or shapes cannot be broadcast.
 */
/* @__NO_SIDE_EFFECTS__ */
export const elementwise = <A extends readonly Expr[]>(
  f: (...terms: A) => Operand,
  name = 'elementwise',
): Elementwise<A> => {
  const formula = traced(name, f as unknown as (...terms: readonly Expr[]) => Operand)
  return (...operands) => {
    const given: readonly unknown[] = operands
    if (given.length !== f.length) throw mistake(name, `there are ${given.length} operands`, `${f.length}`)
    return tidy(() => {
      const all = given.map((x, i) => operandOf(name, i, x))
      return applied(formula, all, shapeOf(name, all))[0] as Tensor
    })
  }
}

const operandOf = (who: string, i: number, x: unknown): Tensor | number => {
  if (typeof x === 'number') return x
  if (!(x instanceof Tensor)) throw mistake(who, `operand ${i} is ${brief(x)}`, 'a tensor or a number')
  if (x.isDisposed) throw mistake(who, `operand ${i} is disposed`, 'a tensor or a number')
  if (x.dtype === 'float32') return x
  if (x.dtype === 'int32' || x.dtype === 'bool') return cast(x, 'float32')
  throw mistake(who, `operand ${i} is ${x.dtype}`, 'float32, int32 or bool')
}

const shapeOf = (who: string, operands: readonly (Tensor | number)[]): readonly number[] => {
  const shapes = operands.flatMap((x) => (typeof x === 'number' ? [] : [x.shape]))
  try {
    return shapes.reduce((a, b) => broadcast_util.assertAndGetBroadcastShape(a, b), [])
  } catch {
    const came = shapes.map((shape) => `[${shape}]`).join(' and ')
    throw mistake(who, `shapes are ${came}`, 'ones that can be broadcast together')
  }
}
