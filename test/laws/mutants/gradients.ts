import * as tf from '@tensorflow/tfjs'
import { type Expr, tree, valueAndGrad } from 'gradus'
import { autodiff, type ValueAndGrad } from '../../../laws/gradient/autodiff.ts'
import { gradient } from '../../../laws/gradient/gradient.ts'
import { symbolic } from '../../../laws/gradient/symbolic.ts'
import type { Law } from '../../../laws/law.ts'
import { derivative } from '../../../src/expr/derivative.ts'
import { variable } from '../../../src/expr/expr.ts'
import type { Mutant } from '../mutant.ts'

const SLOPE = 'the gradient is the slope'
const HESSIAN = 'the Hessian is symmetric'
const LEAVES = 'a gradient for every leaf'
const REMEMBERS = 'a gradient remembers nothing'
const NOTHING = 'a gradient leaves nothing behind'
const ADD = 'gradients add up'
const THROUGH = 'gradients pass through a change of variables'

type Loss = (x: tf.Tensor) => tf.Tensor
type Field = (x: tf.Tensor) => tf.Tensor

/** A gradient by hand, whose operations are gone as they should be. */
const hand = (f: Loss, g: Field): readonly Law[] =>
  gradient(f as (x: tf.Tensor) => tf.Scalar, { grad: (x) => tf.tidy(() => g(x)) })

const squares: Loss = (x) => x.square().sum()
const tanhs: Loss = (x) => x.mul(2).tanh().sum()

/** A layer without a bias: ½ · mean (x · w − y)². */
interface Layer {
  readonly w: tf.Tensor2D
  readonly b: tf.Tensor1D
}
const x = [
  [1, -1, 2],
  [0, 2, -1],
  [1, 1, 0],
  [-2, 0, 1],
]
const y = [
  [1, 0, -1],
  [0, 1, 2],
  [-1, 1, 0],
  [2, 0, 1],
]
const away = ({ w, b }: Layer): tf.Tensor2D => tf.tensor2d(x).matMul(w).add(b).sub(tf.tensor2d(y)) as tf.Tensor2D
const regression = (layer: Layer): tf.Scalar => away(layer).square().mean().div(2).asScalar()
const layer = (g: (away: tf.Tensor2D, layer: Layer) => Layer): readonly Law[] =>
  gradient<Layer>(regression, {
    at: { w: [3, 3], b: [3] },
    grad: (params) => tf.tidy(() => g(away(params), params) as never),
  })
const weights = (e: tf.Tensor2D): tf.Tensor2D => tf.tensor2d(x).matMul<tf.Tensor2D>(e, true).div(e.size)
const biases = (e: tf.Tensor2D): tf.Tensor1D => e.sum<tf.Tensor1D>(0).div(e.size)

/** x² as an operation of one's own, with this gradient; what is given for the way back is x, where that was kept for it. */
const squareOf = (backward: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor, keeps = true): readonly Law[] => {
  const square = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, (kept: tf.Tensor[]) => void]
    if (keeps) save([x])
    return { value: x.square(), gradFunc: (dy, [kept]) => backward(dy as tf.Tensor, (kept ?? x) as tf.Tensor) }
  })
  return gradient((x: tf.Tensor) => square(x).sum().asScalar())
}

const accumulating = (): readonly Law[] => {
  let sum = [0, 0, 0]
  return hand(squares, (x) => {
    sum = sum.map((a, i) => a + 2 * (x.dataSync()[i] as number))
    return tf.tensor1d(sum)
  })
}

const byHand: readonly Mutant[] = [
  { name: 'a gradient that goes up', laws: hand(squares, (x) => x.mul(-2)), law: SLOPE },
  { name: 'a gradient without its factor of 2', laws: hand(squares, (x) => x.clone()), law: SLOPE },
  {
    name: 'a gradient without the inner derivative',
    laws: hand(tanhs, (x) => tf.onesLike(x).sub(x.mul(2).tanh().square())),
    law: SLOPE,
  },
  {
    name: 'a gradient of the sum where it is a mean',
    laws: hand(
      (x) => x.square().mean(),
      (x) => x.mul(2),
    ),
    law: SLOPE,
  },
  {
    name: 'relu’s gradient where x is negative',
    laws: hand(
      (x) => x.relu().sum(),
      (x) => x.neg().step(),
    ),
    law: SLOPE,
  },
  {
    name: 'relu’s gradient by the sign, −1 where it is 0',
    laws: hand(
      (x) => x.relu().sum(),
      (x) => x.sign(),
    ),
    law: SLOPE,
  },
  {
    name: 'a gradient of |x|³ without the sign',
    laws: hand(
      (x) => x.abs().pow(3).sum(),
      (x) => x.square().mul(3),
    ),
    law: SLOPE,
  },
  {
    name: 'a gradient that is clipped, far from 0',
    laws: hand(squares, (x) => x.mul(2).clipByValue(-8, 8)),
    law: SLOPE,
  },
  {
    name: 'a softmax’s gradient that looks at its own probability alone',
    laws: hand(
      (x) => x.softmax().slice([0], [1]).asScalar(),
      (x) => {
        const p = x.softmax()
        return tf.tensor1d([1, 0, 0]).mul(p.mul(tf.scalar(1).sub(p)))
      },
    ),
    law: SLOPE,
  },
  {
    name: 'a quadratic form’s gradient as if its matrix were symmetric',
    laws: hand(
      (x) => tf.dot(x, tf.dot(FORM(), x)).asScalar(),
      (x) => tf.dot(FORM(), x).mul(2),
    ),
    law: HESSIAN,
  },
  {
    name: 'a gradient that has a rate for each element in it',
    laws: hand(
      (x) => x.square().sum().square(),
      (x) =>
        x
          .mul(x.square().sum())
          .mul(4)
          .mul(tf.tensor1d([1, 2, 1])),
    ),
    law: HESSIAN,
  },
  {
    name: 'a gradient that is transposed',
    laws: layer((e) => ({ w: weights(e).transpose(), b: biases(e) })),
    law: SLOPE,
  },
  { name: 'a bias without a gradient', laws: layer((e, { b }) => ({ w: weights(e), b: tf.zerosLike(b) })), law: SLOPE },
  { name: 'a bias that is not in the gradient', laws: layer((e) => ({ w: weights(e) }) as Layer), law: LEAVES },
  {
    name: 'a gradient of a batch that was not summed up',
    laws: layer((e) => ({ w: weights(e), b: e.div(e.size) as unknown as tf.Tensor1D })),
    law: LEAVES,
  },
  {
    name: 'a gradient that is its parameters',
    laws: gradient((x) => x.square().sum().div(2).asScalar(), { grad: (x) => x }),
    law: LEAVES,
  },
  { name: 'a gradient that is added to the last', laws: accumulating(), law: REMEMBERS },
  {
    name: 'a gradient that is told for the last parameters',
    laws: (() => {
      let last = [0, 0, 0]
      return hand(squares, (x) => {
        const g = tf.tensor1d(last).mul(2)
        last = [...x.dataSync()] as typeof last
        return g
      })
    })(),
    law: REMEMBERS,
  },
  {
    name: 'a loss with dropout and no seed',
    laws: gradient((x) => tf.dropout(x, 0.5).square().sum().asScalar()),
    law: REMEMBERS,
  },
  {
    name: 'a gradient whose operations are not tidied up',
    laws: gradient((x) => x.mul(2).tanh().sum().asScalar(), {
      grad: (x) => tf.onesLike(x).sub(x.mul(2).tanh().square()).mul(2),
    }),
    law: NOTHING,
  },
  {
    name: 'a loss that keeps its activations',
    laws: gradient((x) => tf.keep(x.tanh()).square().sum().asScalar()),
    law: NOTHING,
  },
  {
    name: 'a gradient that disposes what it is given',
    laws: gradient((x) => x.square().sum().asScalar(), {
      grad: (x) => {
        const g = tf.mul(x, 2)
        x.dispose()
        return g
      },
    }),
    law: NOTHING,
  },
]

const FORM = (): tf.Tensor2D =>
  tf.tensor2d([
    [1, 2, 0],
    [0, 1, 0],
    [0, 0, 1],
  ])

const operations: readonly Mutant[] = [
  {
    name: 'a stopped gradient in the middle',
    laws: gradient((x) => x.mul(tf.tensor(x.dataSync().slice(), x.shape)).sum().asScalar()),
    law: SLOPE,
  },
  { name: 'an operation of one’s own with half its gradient', laws: squareOf((dy, x) => dy.mul(x)), law: SLOPE },
  {
    name: 'an operation of one’s own that forgets what comes from above',
    laws: squareOf((_, x) => x.mul(2)),
    law: ADD,
  },
  {
    name: 'an operation of one’s own that clips what comes from above',
    laws: squareOf((dy, x) => dy.clipByValue(-1, 1).mul(x).mul(2)),
    law: ADD,
  },
  {
    name: 'an operation of one’s own that takes the sign of what comes from above',
    laws: squareOf((dy, x) => dy.sign().mul(x).mul(2)),
    law: ADD,
  },
  {
    name: 'an operation of one’s own that does not save what it needs on the way back',
    laws: squareOf((dy, x) => dy.mul(x).mul(2), false),
    law: THROUGH,
  },
  {
    name: 'a root in the branch that is not taken',
    laws: gradient((x) =>
      tf
        .where(tf.tensor(x.dataSync().map(Math.sign)).greater(0), x.sqrt(), x)
        .sum()
        .asScalar(),
    ),
    law: SLOPE,
  },
]

/** TensorFlow.js's own, of a tree. */
const tfjs: ValueAndGrad = (f) => (params) => {
  const { value, grads } = tf.valueAndGrads((...leaves: tf.Tensor[]) =>
    f(tree.rebuild(params, leaves) as typeof params),
  )([...tree.tensors(params)])
  return [value as tf.Scalar, tree.rebuild(params, grads) as typeof params]
}
/** It, freed of what is named otherwise. */
const zerosFor: ValueAndGrad = (f) => (params) => {
  const used = tf.scalar(0)
  const [value, g] = tfjs(
    (p: typeof params) =>
      tree.tensors(p).reduce((sum, x) => tf.add(sum, x.sum().mul(used)), f(p) as tf.Tensor) as tf.Scalar,
  )(params)
  used.dispose()
  return [value, g]
}
const values: ValueAndGrad = (f) => (params) => {
  const [value, g] = valueAndGrad(f)(params)
  const mean = tf.tidy(() => value.mul(2).asScalar())
  value.dispose()
  return [mean, g]
}

const functors: readonly Mutant[] = [
  {
    name: 'tf.valueAndGrads on a leaf that is not used',
    shipped: 'TensorFlow.js',
    laws: autodiff(tfjs),
    law: 'a leaf that is not used has gradient zero',
  },
  {
    name: 'tf.valueAndGrads on one tensor in two leaves',
    shipped: 'TensorFlow.js',
    laws: autodiff(zerosFor),
    law: 'a tensor in two leaves has two gradients',
  },
  {
    name: 'tf.valueAndGrads of a function that throws',
    shipped: 'TensorFlow.js',
    laws: autodiff(tfjs),
    law: 'where a function throws nothing is left',
  },
  {
    name: 'a value that is twice its function’s',
    laws: autodiff(values),
    law: 'a gradient comes with the value of its function',
  },
]

const [X, Y] = [variable('x', 'element'), variable('y', 'element')]
const of = (x: Expr, y?: Expr) => ({ derivative: (_: Expr, name: string): Expr => (name === 'x' ? x : (y ?? x)) })
const FORMULA = 'the derivative of a formula is its slope'

const formulas: readonly Mutant[] = [
  { name: 'tanh′ = 1 − tanh', laws: symbolic((x) => x.tanh(), of(X.tanh().neg().add(1))), law: FORMULA },
  { name: 'erf′ without 2/√π', laws: symbolic((x) => x.erf(), of(X.square().neg().exp())), law: FORMULA },
  { name: '|x|′ = 1', laws: symbolic((x) => x.abs(), of(X.div(X))), law: FORMULA },
  {
    name: 'max′ of the smaller one',
    laws: symbolic((x, y) => x.max(y), of(X.lt(Y), X.ge(Y))),
    law: FORMULA,
  },
  {
    name: '(xʸ)′ by y without its logarithm',
    laws: symbolic((x, y) => x.pow(y), of(Y.mul(X.pow(Y.sub(1))), X.pow(Y))),
    law: FORMULA,
  },
  {
    name: '(x/y)′ by y with the wrong sign',
    laws: symbolic((x, y) => x.div(y), of(Y.pow(-1), X.div(Y.square()))),
    law: FORMULA,
  },
  {
    name: '(x·y)′ as the product of the derivatives',
    laws: symbolic((x, y) => x.mul(y), of(X.div(X), Y.div(Y))),
    law: 'the derivative of a formula is the tape’s',
  },
  {
    name: 'derivatives that are known by their variable, whatever the formula is',
    laws: (() => {
      const known = new Map<string, Expr>()
      const once = (formula: Expr, name: string): Expr => {
        const found = known.get(name) ?? derivative(formula, name)
        known.set(name, found)
        return found
      }
      return symbolic((x, y) => x.square().mul(y.tanh()), { derivative: once })
    })(),
    law: 'derivatives of a formula commute',
  },
]

export const mutants: readonly Mutant[] = [...byHand, ...operations, ...functors, ...formulas]
