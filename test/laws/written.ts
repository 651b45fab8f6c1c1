import { add, mul, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { type Optimizer, type Point, type Tensors, tree } from 'gradus'

/** What an optimizer over tensors is; what it makes on the way is gone after an update. */
export const written = <S>(spec: {
  init(params: Tensors): S
  update(state: S, g: Tensors, t: number, at: Point<Tensors>): readonly [S, Tensors]
}): Optimizer =>
  ({
    init: (params: Tensors) => tidy(() => spec.init(params) as never),
    update: (state: S, g: Tensors, t: number, at: Point<Tensors>) =>
      tidy(() => spec.update(state, g, t, at) as never) as readonly [S, Tensors],
  }) as Optimizer

export const plus = (a: Tensors, b: Tensors): Tensors => tree.map((x: Tensor, y: Tensor) => add(x, y), a, b) as Tensors
export const times = (c: number, a: Tensors): Tensors => tree.map((x: Tensor) => mul(x, c), a) as Tensors
export const zeros = (a: Tensors): Tensors => tree.map((x: Tensor) => zerosLike(x), a) as Tensors
export const numbers = (a: Tensors): readonly number[] => tree.leaves(a).flatMap((x) => [...x.dataSync()])
