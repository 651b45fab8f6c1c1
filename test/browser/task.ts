import * as tf from '@tensorflow/tfjs'
import { adam, batches, begin, initializer, type Progress, train, tree } from 'gradus'

/** A training that a page and a worker do alike: a small network learns where x · y > 0. */
const init = () => {
  const { glorotUniform } = initializer(42)
  return {
    hidden: { w: glorotUniform([2, 64]), b: tf.zeros([64]) },
    out: { w: glorotUniform([64, 1]), b: tf.zeros([1]) },
  }
}
export type Params = ReturnType<typeof init>

const dataOf = () => {
  const x = tf.randomUniform([256, 2], -1, 1, 'float32', 1)
  return { x, y: tf.tidy(() => x.prod(1, true).sign()) }
}

const loss = ({ hidden, out }: Params, batch: ReturnType<typeof dataOf>) =>
  tf.tanh(batch.x.matMul(hidden.w).add(hidden.b)).matMul(out.w).add(out.b).sub(batch.y).square().mean().asScalar()

export interface Learned {
  readonly losses: readonly number[]
  /** θ's numbers and those of the state. */
  readonly numbers: readonly (readonly number[])[]
}

/** Trains until `more` says no, or has promised it. */
export const learn = async (more: (progress: Progress<Params>) => boolean | Promise<boolean>): Promise<Learned> => {
  const [params, data, optimizer] = [init(), dataOf(), adam({ lr: 0.01 })]
  let carry = begin(optimizer, params)
  const losses: number[] = []
  for await (const progress of train({ loss, optimizer }, carry, batches(data, { size: 32, seed: 7 }))) {
    carry = progress.carry
    losses.push(progress.loss)
    if (!(await more(progress))) break
  }
  const numbers = tree.tensors([carry.params, carry.state]).map((x) => Array.from(x.dataSync()))
  tree.dispose([params, data, carry])
  return { losses, numbers }
}

export const WASM = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/'
