import * as tf from '@tensorflow/tfjs'
import { chain, type Optimizer, sgd, type Tensors, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Asks for the gradient, and is read, `by` away from where it is asked; it keeps that number in itself. */
class Asking implements Optimizer<null> {
  readonly by: number
  constructor(by: number) {
    this.by = by
  }
  init(): null {
    return null
  }
  update<P>(state: null, grad: P): readonly [null, P] {
    return [state, grad]
  }
  probe<P>(_: null, params: P): P {
    return this.moved(params)
  }
  readout<P>(_: null, params: P): P {
    return this.moved(params)
  }
  private moved<P>(params: P): P {
    return tree.map((x) => (x as tf.Tensor).add(this.by), params as Tensors) as P
  }
}

const values = ({ w }: { w: tf.Tensor }) => [...w.dataSync()]

describe('a chain of parts that ask', () => {
  const asking = chain(new Asking(1), sgd({ lr: 1 }), new Asking(10))

  test.each(['probe', 'readout'] as const)('passes %s on from part to part, and drops what was on the way', (what) => {
    const params = { w: tf.tensor1d([1, 2]) }
    const state = asking.init(params)
    const before = tf.memory().numTensors
    const at = what === 'probe' ? asking.probe?.(state, params, (p) => p, 1) : asking.readout?.(state, params)
    expect(values(at as typeof params)).toEqual([12, 13])
    expect(values(params)).toEqual([1, 2])
    expect(tf.memory().numTensors - before).toBe(1)
    tree.dispose([at, params, state])
  })

  test('has neither where no part asks', () => {
    expect(chain(sgd({ lr: 1 }))).not.toHaveProperty('probe')
    expect(chain(sgd({ lr: 1 }))).not.toHaveProperty('readout')
  })
})
