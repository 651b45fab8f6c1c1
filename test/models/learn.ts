import * as tf from '@tensorflow/tfjs'
import { adamw, advance, begin, tree, valueAndGrad } from 'gradus'
import type { Model } from './model.ts'

/** The losses of so many steps of AdamW on one batch, on the current back end, and how many tensors are left alive by each step after the first. */
export const learn = ({ params, batch, loss }: Model, steps: number) => {
  const optimizer = adamw({ lr: 3e-3 })
  const given = params()
  let carry = begin(optimizer, given)
  const gradient = valueAndGrad(loss)
  const losses: number[] = []
  const alive: number[] = []
  for (let i = 1; i <= steps; i++) {
    const data = batch(1)
    const [value, grads] = gradient(carry.params, data, i)
    carry = advance(optimizer)(carry, grads)
    losses.push(value.dataSync()[0] as number)
    tree.dispose([data, value, grads])
    alive.push(tf.memory().numTensors)
  }
  tree.dispose([carry, given])
  return { losses, left: (alive.at(-1) as number) - (alive[0] as number) }
}
