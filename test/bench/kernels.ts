import * as tf from '@tensorflow/tfjs'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { KERNELS } from '../../src/autodiff/kernels.ts'
import { inTurns, type Row } from './turns.ts'

/** Each kernel of gradus that takes the place of one of tfjs's on WASM, against that one, at sizes of the models' steps. */
export interface Call {
  readonly inputs: Readonly<Record<string, readonly number[]>> | readonly (readonly number[])[]
  readonly attrs?: object
  /** Of an input that is none of float32. */
  readonly int32?: Readonly<Record<string, number>>
}

const ACTIVATION = { activation: 'relu' }
const IMAGES = [32, 14, 14, 32]
const CONVOLUTION = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] }
const ROWS = [1024, 256]
const POOL = { filterSize: [2, 2], strides: [2, 2], pad: 'same' }
const ROUNDED = { filterSize: [2, 2], strides: [2, 2], pad: 1, dimRoundingMode: 'ceil' }
const VOLUMES = { strides: [1, 1, 1], pad: 'same' }
const DILATION = { strides: [1, 1], pad: 'same', dilations: [1, 1] }

const unary: Call = { inputs: { x: ROWS } }
const binary: Call = { inputs: { a: ROWS, b: [256] } }
const reduction = (axis: number): Call => ({ inputs: { x: ROWS }, attrs: { axis, reductionIndices: axis } })

export const CALLS: Readonly<Record<string, readonly Call[]>> = {
  Identity: [unary],
  Cast: [{ inputs: { x: ROWS }, attrs: { dtype: 'float32' } }],
  BatchMatMul: [
    { inputs: { a: [1, 256, 256], b: [1, 256, 256] }, attrs: { transposeA: false, transposeB: false } },
    { inputs: { a: [1, 1024, 64], b: [1, 1024, 256] }, attrs: { transposeA: true, transposeB: false } },
    { inputs: { a: [64, 64, 16], b: [64, 64, 16] }, attrs: { transposeA: false, transposeB: true } },
  ],
  _FusedMatMul: [
    {
      inputs: { a: [1, 64, 784], b: [1, 784, 256], bias: [256] },
      attrs: { transposeA: false, transposeB: false, ...ACTIVATION },
    },
  ],
  FusedBatchNorm: [
    { inputs: { x: IMAGES, mean: [32], variance: [32], offset: [32], scale: [32] }, attrs: { varianceEpsilon: 1e-3 } },
  ],
  Conv2D: [{ inputs: { x: IMAGES, filter: [3, 3, 32, 64] }, attrs: CONVOLUTION }],
  Conv2DBackpropInput: [
    { inputs: { dy: [32, 14, 14, 64], filter: [3, 3, 32, 64] }, attrs: { ...CONVOLUTION, inputShape: IMAGES } },
  ],
  DepthwiseConv2dNative: [{ inputs: { x: IMAGES, filter: [3, 3, 32, 1] }, attrs: CONVOLUTION }],
  FusedConv2D: [
    { inputs: { x: IMAGES, filter: [3, 3, 32, 64], bias: [64] }, attrs: { ...CONVOLUTION, ...ACTIVATION } },
  ],
  FusedDepthwiseConv2D: [
    { inputs: { x: IMAGES, filter: [3, 3, 32, 1], bias: [32] }, attrs: { ...CONVOLUTION, ...ACTIVATION } },
  ],
  Conv3DBackpropInputV2: [
    {
      inputs: { dy: [2, 6, 6, 6, 4], filter: [3, 3, 3, 2, 4] },
      attrs: { ...VOLUMES, inputShape: [2, 6, 6, 6, 2] },
    },
  ],
  Conv3DBackpropFilterV2: [
    {
      inputs: { x: [2, 6, 6, 6, 2], dy: [2, 6, 6, 6, 4] },
      attrs: { ...VOLUMES, filterShape: [3, 3, 3, 2, 4] },
    },
  ],
  GatherV2: [
    { inputs: { x: [145, 64], indices: [16, 64] }, attrs: { axis: 0, batchDims: 0 }, int32: { indices: 145 } },
  ],
  AvgPoolGrad: [{ inputs: { dy: [32, 7, 7, 32], input: IMAGES }, attrs: POOL }],
  MaxPoolGrad: [{ inputs: { dy: [32, 7, 7, 32], input: IMAGES, output: [32, 7, 7, 32] }, attrs: POOL }],
  MaxPoolWithArgmax: [{ inputs: { x: IMAGES }, attrs: { ...POOL, includeBatchInIndex: false } }],
  MaxPool3D: [
    {
      inputs: { x: [2, 8, 8, 8, 4] },
      attrs: { ...POOL, filterSize: [2, 2, 2], strides: [2, 2, 2], dataFormat: 'NDHWC' },
    },
  ],
  MaxPool3DGrad: [
    {
      inputs: { dy: [2, 4, 4, 4, 4], input: [2, 8, 8, 8, 4] },
      attrs: { ...POOL, filterSize: [2, 2, 2], strides: [2, 2, 2] },
    },
  ],
  Dilation2D: [{ inputs: { x: [4, 14, 14, 8], filter: [3, 3, 8] }, attrs: DILATION }],
  Dilation2DBackpropInput: [{ inputs: { x: [4, 14, 14, 8], filter: [3, 3, 8], dy: [4, 14, 14, 8] }, attrs: DILATION }],
  Dilation2DBackpropFilter: [{ inputs: { x: [4, 14, 14, 8], filter: [3, 3, 8], dy: [4, 14, 14, 8] }, attrs: DILATION }],
  Concat: [{ inputs: [ROWS, ROWS], attrs: { axis: 1 } }],
  Pack: [{ inputs: [ROWS, ROWS], attrs: { axis: 1 } }],
  Slice: [{ inputs: { x: ROWS }, attrs: { begin: [0, 64], size: [1024, 64] } }],
  SplitV: [{ inputs: { x: [1024, 192] }, attrs: { numOrSizeSplits: 3, axis: 1 } }],
  Tile: [{ inputs: { x: [1, 32] }, attrs: { reps: [6272, 1] } }],
  Transpose: [
    { inputs: { x: ROWS }, attrs: { perm: [1, 0] } },
    { inputs: { x: [16, 64, 4, 16] }, attrs: { perm: [0, 2, 1, 3] } },
  ],
  Unpack: [{ inputs: { value: [32, 24, 64] }, attrs: { axis: 1 } }],
  Erf: [unary],
  Exp: [unary],
  Log: [unary],
  Rsqrt: [unary],
  Sqrt: [unary],
  Tanh: [unary],
  Maximum: [binary],
  Minimum: [binary],
  Prelu: [{ inputs: { x: ROWS, alpha: [1024, 1] } }],
  MaxPool: [{ inputs: { x: IMAGES }, attrs: ROUNDED }],
  AvgPool: [{ inputs: { x: IMAGES }, attrs: ROUNDED }],
  Max: [reduction(0), reduction(1)],
  Mean: [reduction(0), reduction(1)],
  Min: [reduction(0), reduction(1)],
  Sum: [reduction(0), reduction(1)],
}

const shown = (inputs: Call['inputs']): string =>
  Object.values(inputs)
    .map((shape) => `[${shape}]`)
    .join(' ')

/** Of tensors with these shapes; int32 ones below so many. */
export const given = ({ inputs, int32 }: Call) => {
  const make = ([name, shape]: readonly [string, readonly number[]], i: number) =>
    int32?.[name] === undefined
      ? tf.randomUniform([...shape], 0.1, 2, 'float32', i)
      : tf.randomUniform([...shape], 0, int32[name], 'int32', i)
  if (Array.isArray(inputs)) return inputs.map((shape, i) => make([String(i), shape], i))
  return Object.fromEntries(
    Object.entries(inputs as Readonly<Record<string, readonly number[]>>).map((each, i) => [each[0], make(each, i)]),
  )
}

export const kernelRows = function* (): Generator<Row> {
  const backend = tf.backend()
  for (const { name, kernel } of KERNELS) {
    const own = tf.getKernel(name, 'wasm')
    if (!own) continue
    for (const call of CALLS[name] ?? []) {
      const inputs = given(call)
      const run = (f: KernelFunc) => () => {
        const made = f({ inputs: inputs as never, backend, attrs: { keepDims: false, ...call.attrs } as never })
        for (const { dataId } of [made].flat() as TensorInfo[]) backend.disposeData(dataId)
      }
      const contenders = [
        { name, kernels: 'gradus', run: run(kernel(own.kernelFunc)) },
        { name, kernels: 'tfjs', run: run(own.kernelFunc) },
      ]
      yield inTurns(`${name} ${shown(call.inputs)}`, contenders, 9, 10)
      tf.dispose(inputs as never)
    }
  }
}
