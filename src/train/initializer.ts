import { randomNormal, randomUniform, type Tensor, truncatedNormal } from '@tensorflow/tfjs-core'
import { mixed } from '../random.js'

/**
 * Random tensors to begin with, from one seed: the k-th tensor is a function of the seed and k alone.
 *
 *     const init = initializer(42)
 *     const params = { w: init.glorotUniform([784, 128]), … }
 *
 * Shapes: the last axis is the outputs, the one before it the inputs, any axes before those a receptive field.
 * Glorot & Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html; He et al. 2015, https://arxiv.org/abs/1502.01852
 */
export interface Initializer {
  /** Normal with mean 0. */
  normal(shape: readonly number[], std?: number): Tensor
  /** Normal, drawn again beyond two standard deviations. */
  truncatedNormal(shape: readonly number[], std?: number): Tensor
  uniform(shape: readonly number[], low: number, high: number): Tensor
  /** Uniform with variance 2 / (inputs + outputs). */
  glorotUniform(shape: readonly number[]): Tensor
  glorotNormal(shape: readonly number[]): Tensor
  /** Uniform with variance 2 / inputs, for rectifiers. */
  heUniform(shape: readonly number[]): Tensor
  heNormal(shape: readonly number[]): Tensor
}

export const initializer = (seed: number): Initializer => {
  let made = 0
  const next = (): number => mixed(seed, ++made)
  const normal = (shape: readonly number[], std = 1) => randomNormal([...shape], 0, std, 'float32', next())
  const uniform = (shape: readonly number[], low: number, high: number) =>
    randomUniform([...shape], low, high, 'float32', next())
  const symmetric = (shape: readonly number[], variance: number) =>
    uniform(shape, -Math.sqrt(3 * variance), Math.sqrt(3 * variance))
  return {
    normal,
    truncatedNormal: (shape, std = 1) => truncatedNormal([...shape], 0, std, 'float32', next()),
    uniform,
    glorotUniform: (shape) => symmetric(shape, glorot(shape)),
    glorotNormal: (shape) => normal(shape, Math.sqrt(glorot(shape))),
    heUniform: (shape) => symmetric(shape, he(shape)),
    heNormal: (shape) => normal(shape, Math.sqrt(he(shape))),
  }
}

const fans = (shape: readonly number[]): { inputs: number; outputs: number } => {
  const field = shape.slice(0, -2).reduce((a, b) => a * b, 1)
  return { inputs: field * (shape.at(-2) ?? shape.at(-1) ?? 1), outputs: field * (shape.at(-1) ?? 1) }
}
const glorot = (shape: readonly number[]): number => 2 / (fans(shape).inputs + fans(shape).outputs)
const he = (shape: readonly number[]): number => 2 / fans(shape).inputs
