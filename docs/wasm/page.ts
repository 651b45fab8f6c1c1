import { KERNELS } from '../../src/autodiff/kernels.ts'
import { table } from '../optimizers/table.ts'

/** docs/wasm.md, by path in docs. */
export const files = (): Readonly<Record<string, string>> => ({ 'wasm.md': page() })

const LACKED = 'tfjs has none: what needs it throws'
const COPIES = 'tfjs copies what nobody writes to; here it is a second tensor on the same memory'
const ONE_BY_ONE = 'tfjs’s computes number by number; SIMD'
const ELEMENTS = 'tfjs’s moves elements one by one, or row by row'
const AXES = 'tfjs’s transposes first, and adds number by number'
const STRIDES =
  'tfjs’s gives zeros for some strides larger than the filter with padding `same`, and writes past its output’s end where padding is a number and strides or filter are not square'
const POSITIVE = 'tfjs’s is wrong where a window has no positive number'
const ROUNDED = 'tfjs’s leaves windows unset where their number is rounded up; it is asked where it is not'
const VOLUMES = 'tfjs’s leaves numbers out'

/** Why each is here. */
const WHY: Readonly<Record<string, string>> = {
  Identity: COPIES,
  Cast: COPIES,
  AvgPoolGrad: 'tfjs’s is several times slower',
  BatchMatMul:
    'tfjs’s is 11 times slower and more with transposes and in batches, and may multiply by what a tensor was',
  FusedBatchNorm: 'tfjs’s takes a root and divides at every element',
  Conv2D: STRIDES,
  Conv2DBackpropFilter: LACKED,
  Conv2DBackpropInput: 'tfjs’s is several times slower',
  DepthwiseConv2dNativeBackpropFilter: LACKED,
  DepthwiseConv2dNativeBackpropInput: LACKED,
  DepthwiseConv2dNative: STRIDES,
  Conv3DBackpropInputV2: VOLUMES,
  Conv3DBackpropFilterV2: VOLUMES,
  Einsum: LACKED,
  _FusedMatMul: 'as `BatchMatMul`',
  FusedConv2D: STRIDES,
  FusedDepthwiseConv2D: STRIDES,
  GatherV2: 'tfjs’s finds the place of each element anew',
  MaxPool3D: POSITIVE,
  MaxPoolWithArgmax: POSITIVE,
  MaxPool3DGrad: POSITIVE,
  MaxPoolGrad: POSITIVE,
  Dilation2D: POSITIVE,
  Dilation2DBackpropInput: POSITIVE,
  Dilation2DBackpropFilter: POSITIVE,
  Concat: ELEMENTS,
  Pack: ELEMENTS,
  Slice: 'tfjs’s copies all that it is cut from first, and reads past the end where it is asked to',
  SplitV: ELEMENTS,
  Tile: ELEMENTS,
  Transpose: ELEMENTS,
  Unpack: ELEMENTS,
  Erf: ONE_BY_ONE,
  Exp: ONE_BY_ONE,
  Log: ONE_BY_ONE,
  Rsqrt: ONE_BY_ONE,
  Sqrt: ONE_BY_ONE,
  Tanh: ONE_BY_ONE,
  Maximum: ONE_BY_ONE,
  Minimum: ONE_BY_ONE,
  Prelu: 'tfjs’s is wrong where alpha’s shape does not end that of x; it is asked where it does',
  MaxPool: ROUNDED,
  AvgPool: ROUNDED,
  Sum: AXES,
  Mean: AXES,
  Max: AXES,
  Min: AXES,
  UnsortedSegmentSum: LACKED,
}

const rows = KERNELS.map(({ name }) => [`\`${name}\``, WHY[name] as string]).sort(([a], [b]) =>
  (a as string).localeCompare(b as string),
)

const page = (): string => `# Training on WebAssembly

\`\`\`ts
import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'

await useWasm()
const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' })] })
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
await model.fit(tf.ones([4, 8, 8, 1]), tf.zeros([4, 6, 6, 4]), { epochs: 2, verbose: 0 })
\`\`\`

TensorFlow.js cannot train a convolution or an embedding on its WASM back end. After \`useWasm()\` plain \`tf.*\` code can, and models of
tf.layers, in Node and in browsers, with threads and without: ${KERNELS.length} kernels are put where tfjs has none, or in the place of its own
where these are slower or wrong. \`useWasm({ kernels: false })\` leaves tfjs's own, or puts them back. Those of gradus run on one thread,
in tfjs's threaded build too.

What is float32 (for moves and \`gather\` int32, too) is computed here; other dtypes go to tfjs's own kernel, where it has one.
A bad shape or dtype is one line with the operation's name: \`matMul: [2,3] by [4,5] has inner sizes 3 and 4, expected equal ones\`.

## A step

Forward, backward and the optimizer, as \`npm run bench\` measures it, of models of plain \`tf.*\` code: AdamW against \`minimize\` with tfjs's
Adam, in turns, and against the step's products of matrices and convolutions alone. Two cores, Node 20.

${table(
  ['model', 'step', 'tfjs takes', 'of its products'],
  [
    ['perceptron 784-256-128-10, batch 64', '2.4 ms', '7.8 ×', '1.8 ×'],
    [
      'convolutions, plain and depthwise, batch norm, pools, 28 × 28, batch 32',
      '26 ms',
      '480 × (plain JavaScript)',
      '2.0 ×',
    ],
    ['embedding and LSTM, width 64, 24 steps, batch 32', '17 ms', '3.5 ×', '3.5 ×'],
    ['transformer with dropout, 2 × width 64, context 64, batch 16', '38 ms', '7 ×', '2.2 ×'],
    ['the same with `elementwise` and `crossEntropy`, no dropout (`npm start`)', '24 ms', '9.3 ×', '1.35 ×'],
  ],
)}

The LSTM's 1,100 operations a step are of 32 × 64 numbers: 44 % of its time is between kernels, tfjs's tape. Of the transformer's with
dropout, a sixth are random numbers, which tfjs draws in JavaScript.

## Kernels

Each of those that take the place of one of tfjs's is timed against it by \`npm run bench\`. All are as fast or faster, but for some plain
loops that are there for being right: pools of volumes, with positions, or whose number of windows is rounded up, grey dilation, and the
gradients of \`conv3d\`.

${table(['kernel', 'why'], rows)}

Derivatives of all kernels: [derivatives.md](derivatives.md).
`
