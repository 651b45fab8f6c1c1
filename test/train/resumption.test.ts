import * as tf from '@tensorflow/tfjs'
import { advance, begin, type Carry, type Optimizer, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { numbersOf } from '../close.ts'
import { optimizers, tensorwise } from '../optimizers.ts'
import { gradientFor, mixed } from '../random.ts'

/** Updates before and after the pause: it falls within a group, a period, a window. */
const [PAUSE, END] = [7, 13]

type Run = Carry<ReturnType<typeof mixed>>

const on = (optimizer: Optimizer, start: Run, to: number): Run => {
  let carry = start
  while (carry.t < to) {
    const grad = gradientFor(carry.params, carry.t + 1)
    carry = advance(optimizer)(carry, grad, 1 + Math.cos(carry.t))
    tree.dispose(grad)
  }
  return carry
}

const shapes = (a: unknown) =>
  tree.entries(a).map(([path, x]) => [path, (x as tf.Tensor).shape, (x as tf.Tensor).dtype] as const)
const numbers = (a: unknown) => tree.tensors(a).map((x) => Array.from(numbersOf(x)))

/** What a checkpoint holds of a run: plain numbers. */
const written = ({ params, state, t }: Run) => ({ of: shapes([params, state]), numbers: numbers([params, state]), t })

const read = ({ of, numbers, t }: ReturnType<typeof written>, { params, state }: Run): Run => {
  const leaves = numbers.map((x, i) => tf.tensor(Float32Array.from(x), of[i]?.[1] as number[]))
  const [p, s] = tree.rebuild([params, state], leaves) as unknown as [Run['params'], unknown]
  return { params: p, state: s, t }
}

describe.each(backends)('on %s, a run of', (_, set) => {
  beforeAll(set)

  test.each(Object.entries({ ...optimizers, ...tensorwise }))(
    '%s is the run that was stopped, written down, read again and gone on with',
    (_, optimizer) => {
      const before = alive()
      const params = mixed()
      const first = begin(optimizer, params)
      const started = { params: shapes(first.params), state: shapes(first.state) }
      const paused = on(optimizer, first, PAUSE)
      expect({ params: shapes(paused.params), state: shapes(paused.state) }).toEqual(started)
      const again = read(written(paused), paused)
      const straight = on(optimizer, paused, END)
      const resumed = on(optimizer, again, END)
      expect(numbers(resumed)).toEqual(numbers(straight))
      expect({ params: shapes(straight.params), state: shapes(straight.state) }).toEqual(started)
      tree.dispose([params, again, straight, resumed])
      expect(alive()).toEqual(before)
    },
  )
})
