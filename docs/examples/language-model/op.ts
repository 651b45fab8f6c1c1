import { customGrad, type GradSaveFunc, type Tensor } from '@tensorflow/tfjs-core'

/** An operation that brings its own gradient: `backward` is given ∂loss/∂value and what `forward` kept, and returns ∂loss/∂x. */
export const op =
  <Constants extends readonly Tensor[], Kept extends readonly Tensor[], Value extends Tensor>(
    forward: (x: Tensor, ...constants: Constants) => { readonly value: Value; readonly kept: readonly [...Kept] },
    backward: (dy: Tensor, ...kept: Kept) => Tensor,
  ) =>
  (x: Tensor, ...constants: Constants): Value =>
    customGrad((...given) => {
      const { value, kept } = forward(given[0] as Tensor, ...constants)
      const save = given[1] as GradSaveFunc
      save([...kept])
      return { value, gradFunc: (dy: Value, saved: Tensor[]) => backward(dy, ...(saved as unknown as Kept)) }
    })(x)
