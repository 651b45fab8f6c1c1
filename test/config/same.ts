import * as tf from '@tensorflow/tfjs'
import { type Arrays, type Optimizer, type Schedule, simulate, tree } from 'gradus'
import { asArrays, gradientFor, mixed } from '../random.ts'

/** What an optimizer does in three steps, to the last bit, or the mistake that they end in. */
export const deedsOf = (optimizer: Optimizer): unknown =>
  told(() => (optimizer.rule ? simulated(optimizer) : onTensors(optimizer)))

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

/** What `f` finds; its tensors are gone. */
const tidied = <A>(f: () => A): A => {
  const found: A[] = []
  tf.tidy(() => void found.push(f()))
  return found[0] as A
}

const params: Arrays = tidied(() => asArrays(mixed(3)))
const steps = [1, 2, 3].map((seed) =>
  tidied(() => ({
    grad: asArrays(gradientFor(mixed(3), seed)),
    loss: 1 / seed,
    hessian: asArrays(gradientFor(mixed(3), 7 * seed)),
  })),
)

const simulated = (optimizer: Optimizer): unknown =>
  [...simulate(optimizer, params as never, steps as never)].map(({ params, state }) => [params, state])

const onTensors = (optimizer: Optimizer): unknown =>
  tidied(() => {
    let theta = mixed(3)
    let state = optimizer.init(theta)
    return [1, 2, 3].map((t) => {
      const [next, delta] = optimizer.update(state, gradientFor(theta, t), t, { params: theta, loss: 1 / t })
      state = next
      theta = tree.add(theta, delta)
      return asArrays(theta)
    })
  })
