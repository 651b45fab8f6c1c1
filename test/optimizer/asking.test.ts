import * as tf from '@tensorflow/tfjs'
import {
  adaptiveSam,
  averageEma,
  chain,
  every,
  lookahead,
  nesterovAhead,
  type Optimizer,
  sam,
  sgd,
  simulate,
  skipNonFinite,
  type Tensors,
  tree,
} from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../backends.ts'

beforeAll(useBackend)

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

describe('around others, a combinator', () => {
  const wrappers = { every: (o: Optimizer) => every(1, o), skipNonFinite: (o: Optimizer) => skipNonFinite(o) }
  const start = () => ({ w: Float64Array.of(1, 2) })

  test.each(Object.entries(wrappers))('%s asks where an optimizer that is no formula asks', (_, around) => {
    const optimizer = around(chain(new Asking(1), sgd({ lr: 1 }), new Asking(10)))
    const params = { w: tf.tensor1d([1, 2]) }
    const state = optimizer.init(params)
    const probe = optimizer.probe?.(state, params, (p) => p, 1)
    const readout = optimizer.readout?.(state, params)
    expect(values(probe as typeof params)).toEqual([12, 13])
    expect(values(readout as typeof params)).toEqual([12, 13])
    tree.dispose([params, state, probe, readout])
  })

  test.each(Object.entries(wrappers))('%s of a chain that asks twice asks as the chain does', (_, around) => {
    const twice = chain(
      nesterovAhead({ lr: 0.1 }),
      nesterovAhead({ lr: 0.2 }),
      lookahead({ k: 2 }),
      averageEma({ decay: 0.5 }),
    )
    const ends = [twice, around(twice)].map((optimizer) => {
      const run = simulate(optimizer as Optimizer, start(), ({ w }) => ({ w: w.map((x) => x ** 3) }))
      run.next()
      run.next()
      const { params, state } = run.next().value as { params: ReturnType<typeof start>; state: never }
      return { params, readout: optimizer.readout?.(state, params) }
    })
    expect(ends[1]).toEqual(ends[0])
  })

  test('a part that takes a gradient of its own has to take it at θ', () => {
    expect(chain(sam(), nesterovAhead({ lr: 1 }))).toHaveProperty('probe')
    expect(() => chain(nesterovAhead({ lr: 1 }), adaptiveSam())).toThrow(
      'chain: a part takes a gradient where another part leads, expected that part first',
    )
  })
})
