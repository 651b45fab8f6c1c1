import { memory, mul, type Scalar, sub, sum, type Tensor, tanh, tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import * as tree from '../../src/tree.js'
import { type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { gradient } from './gradient.js'

/**
 * What obeys whoever takes gradients, as gradus's `valueAndGrad` does: with a function of a tree of tensors it makes one that gives
 * the value and the gradient.
 */
export type ValueAndGrad = <P>(f: (params: P) => Scalar) => (params: P) => [value: Scalar, grad: P]

export const autodiff = (valueAndGrad: ValueAndGrad): readonly Law[] => {
  const both = valueAndGrad(product)
  const grad = (params: Pair): Pair => {
    const [value, g] = both(params)
    value.dispose()
    return g
  }
  return [...gradient(product, { at: { x: [3], y: [3] }, grad }), ...LAWS.map((of) => of(valueAndGrad))]
}

interface Pair {
  readonly x: Tensor
  readonly y: Tensor
}

/** Σ x · tanh y, of which each leaf’s gradient has the other in it. */
const product = ({ x, y }: Pair): Scalar => sum(mul(x, tanh(y)))

/** Numbers that float32 has. */
const float32 = vectors().map((x) => x.map(Math.fround))
const given = fc.record({ x: float32, y: float32 })

const read = (x: Tensor): Vector => Array.from(x.dataSync())

/** What `f` makes of x and y as tensors, which are gone then, as are those that it gives. */
const using = <A>(numbers: { readonly x: Vector; readonly y: Vector }, f: (pair: Pair) => readonly [unknown, A]): A => {
  const pair = { x: tensor([...numbers.x]), y: tensor([...numbers.y]) }
  const [made, found] = f(pair)
  tree.dispose([pair, made])
  return found
}

const equal = (what: string, found: Vector, expected: Vector, within = 0): void => {
  const far = within * Math.max(...expected.map(Math.abs))
  if (!expected.every((b, i) => Math.abs((found[i] as number) - b) <= far)) throw new Broken(what, found, expected)
}

const LAWS: readonly ((of: ValueAndGrad) => Law)[] = [
  (valueAndGrad) =>
    law({
      name: 'a gradient comes with the value of its function',
      equation: 'valueAndGrad(f)(θ) = [f(θ), ∇f(θ)], where f({ x, y }) = Σ x · tanh y',
      words: 'The value is the one that f has where no gradient is asked for, a scalar.',
      given,
      holds: (numbers) => {
        const [found, expected] = using(numbers, (pair) => {
          const [value, g] = valueAndGrad(product)(pair)
          const plain = tidy(() => product(pair).dataSync()[0] as number)
          if (value.rank !== 0) throw new Broken('the value’s shape', value.shape, [])
          return [
            [value, g],
            [read(value), [plain]],
          ] as const
        })
        equal('the value', found, expected)
      },
    }),
  (valueAndGrad) =>
    law({
      name: 'a leaf that is not used has gradient zero',
      equation: 'f({ x, y }) = g(x) ⇒ ∂f/∂y = 0',
      words: 'And of y’s shape: a model may have parts that a loss does not touch.',
      given,
      holds: (numbers) => {
        const found = using(numbers, (pair) => {
          const made = valueAndGrad((p: Pair) => sum(tanh(p.x)) as Scalar)(pair)
          return [made, read(made[1].y)] as const
        })
        equal(
          '∂f/∂y',
          found,
          numbers.y.map(() => 0),
        )
      },
    }),
  (valueAndGrad) =>
    law({
      name: 'a tensor in two leaves has two gradients',
      equation: '∇f({ x: a, y: a }) = ∇f({ x: a, y: b }) where b = a',
      words: 'Two leaves are two arguments, even where one tensor stands in both.',
      given: fc.record({ x: float32 }),
      holds: ({ x }) => {
        const f = (p: Pair): Scalar => sum(sub(mul(p.x, 2), mul(p.y, 3)))
        const found = using({ x, y: x }, (pair) => {
          const made = valueAndGrad(f)({ x: pair.x, y: pair.x })
          return [made, [...read(made[1].x), ...read(made[1].y)]] as const
        })
        equal('[∂f/∂x, ∂f/∂y] of Σ 2x − 3y', found, [...x.map(() => 2), ...x.map(() => -3)])
      },
    }),
  (valueAndGrad) =>
    law({
      name: 'where a function throws nothing is left',
      equation: 'f throws ⇒ numTensors is what it was',
      words: 'What f had made is gone, as is what was kept for the way back.',
      given,
      holds: (numbers) => {
        const more = using(numbers, (pair) => {
          const before = memory().numTensors
          const broken = (p: Pair): Scalar => {
            product(p)
            throw new RangeError('no loss')
          }
          try {
            valueAndGrad(broken)(pair)
          } catch (thrown) {
            if (!(thrown instanceof RangeError)) throw thrown
            return [undefined, memory().numTensors - before] as const
          }
          throw new Broken('the function’s error', 'nothing', 'thrown')
        })
        if (more !== 0) throw new Broken('the number of new tensors', more, 0)
      },
    }),
]
