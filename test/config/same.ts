import * as tf from '@tensorflow/tfjs'
import { type Arrays, type Optimizer, type Schedule, simulate, type Tensors, tree } from 'gradus'
import { asArrays, gradientFor, mixed } from '../random.ts'

/** What an optimizer does, told to the last bit: three steps, or the mistake that they end in. */
export const deedsOf = (optimizer: Optimizer): unknown =>
  told(() => (optimizer.rule ? simulated(optimizer) : made(optimizer)))

/** A schedule's values, or the mistake. */
export const valuesOf = (schedule: Schedule): unknown =>
  told(() => [0, 1, 2, 3, 7, 20, 61, 300].map((t) => schedule(t)))

const told = (f: () => unknown): unknown => {
  try {
    return f()
  } catch (error) {
    return (error as Error).message
  }
}

const params = tf.tidy(() => asArrays(mixed(3)))
const steps = [1, 2, 3].map((seed) =>
  tf.tidy(() => ({
    grad: asArrays(gradientFor(mixed(3), seed)),
    loss: 1 / seed,
    hessian: asArrays(gradientFor(mixed(3), 7 * seed)),
  })),
)

const simulated = (optimizer: Optimizer): unknown =>
  [...simulate(optimizer, params, steps)].map(({ params, state }) => [params, state])

/** On tensors, which is for those that are no formulas. */
const made = (optimizer: Optimizer): unknown =>
  tf.tidy(() => {
    let theta = mixed(3)
    let state = optimizer.init(theta)
    return [1, 2, 3].map((t) => {
      const [next, delta] = optimizer.update(state, gradientFor(theta, t), t, { params: theta, loss: 1 / t })
      state = next
      theta = tree.add(theta, delta)
      return asArrays(theta as unknown as Tensors) as Arrays
    })
  })
