import { mean, sub } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { leafwise, type Shape } from './leafwise.js'

/**
 * Gradient centralization: the gradient of each output's weights has mean 0. Yong et al. 2020, equation 1,
 * https://arxiv.org/abs/2004.01461
 *
 *     g ← g − mean(g)          over all axes but the last, the outputs; vectors and scalars as they are
 *
 * Where we differ: Optax takes the mean over all axes but the first, which is the outputs' in PyTorch's layout.
 */
export const centralize = built('centralize', [], () => centralized('centralize', ({ length }) => axes(0, length - 1)))

/** With the mean over these axes of a tensor of rank 2 or more. */
export const centralized = (name: string, over: (shape: Shape) => readonly number[]) =>
  leafwise({
    name,
    hyper: {},
    range: {},
    slots: {},
    step: ({ g }) => ({ delta: g.rank < 2 ? g : sub(g, mean(g, [...over(g.shape)], true)) }),
  })

/** from, from + 1, …, to − 1. */
export const axes = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
