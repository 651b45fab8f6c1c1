import {
  _FusedMatMul,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelFunc,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type Expr, select } from '../../expr/expr.js'
import { mistake } from '../../failure.js'
import type { WasmBackend } from '../../kernel/heap.js'
import { type Formula, traced } from '../formula.js'
import { sigmoid } from '../logistic.js'
import { conv2d } from './convolution.js'
import { depthwiseConv2d } from './depthwise.js'
import { elementwise } from './elementwise.js'
import type { Kernel } from './kernel.js'
import { batchMatMul } from './matmul.js'

/**
 * Products and convolutions with a bias and an activation, as `tf.fused` and the layers of tf.layers ask for: the product, and one pass
 * over it. tfjs's own make zeros of some strides, as its convolutions do.
 *
 *     y = φ(A·B + bias)
 */
type Activation = (x: Expr, weights: Expr) => Expr

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: (x) => x,
  relu: (x) => x.max(0),
  relu6: (x) => x.max(0).min(6),
  elu: (x) => select(x.ge(0), x, x.exp().sub(1)),
  sigmoid,
  leakyrelu: (x, slope) => select(x.ge(0), x, x.mul(slope)),
  prelu: (x, slope) => select(x.ge(0), x, x.mul(slope)),
}

/** Of the product, the bias and the activation's weights: 0 where there are none. */
const formulas: Readonly<Record<string, Formula>> = Object.fromEntries(
  Object.entries(ACTIVATIONS).map(([name, activation]) => [
    name,
    traced(name, (x, bias, weights) => activation((x as Expr).add(bias as Expr), weights as Expr)),
  ]),
)

interface Attrs {
  readonly activation: string
  readonly leakyreluAlpha?: number
  readonly dataFormat?: string
}

/** One for each channel, which are not last in NCHW. */
const ofChannels = (x: TensorInfo, { dataFormat }: Attrs): TensorInfo =>
  dataFormat === 'NCHW' && x.shape.length === 1 ? { ...x, shape: [...x.shape, 1, 1] } : x

const fused = (name: string, base: Kernel, ...factors: readonly [string, string]): Kernel => ({
  name,
  kernel: (own): KernelFunc => {
    const product = base.kernel(own)
    return ({ inputs, backend: given, attrs: all }) => {
      const [backend, attrs] = [given as WasmBackend, all as unknown as Attrs]
      const formula = formulas[attrs.activation]
      if (!formula)
        throw mistake(name, `activation is "${attrs.activation}"`, `one of ${Object.keys(ACTIVATIONS).join(', ')}`)
      const of = Object.fromEntries(factors.map((factor) => [factor, inputs[factor] as TensorInfo]))
      const x = product({ inputs: of, backend, attrs: all as NamedAttrMap }) as TensorInfo
      const [bias, weights] = [inputs.bias, inputs.preluActivationWeights] as (TensorInfo | undefined)[]
      if (!bias && attrs.activation === 'linear') return x
      const others = [bias, weights].flatMap((y) => (y ? [ofChannels(y, attrs)] : []))
      const numbers = [undefined, bias ? undefined : 0, weights ? undefined : (attrs.leakyreluAlpha ?? 0)]
      try {
        const [y] = elementwise({ inputs: [x, ...others], backend, attrs: { formula, numbers, shape: x.shape } })
        return y as TensorInfo
      } finally {
        backend.disposeData(x.dataId)
      }
    }
  },
})

export const fusions: readonly Kernel[] = [
  fused(_FusedMatMul, batchMatMul, 'a', 'b'),
  fused(FusedConv2D, conv2d, 'x', 'filter'),
  fused(FusedDepthwiseConv2D, depthwiseConv2d, 'x', 'filter'),
]
