import * as tf from '@tensorflow/tfjs'

/**
 * Every kernel of TensorFlow.js, how it is called from plain `tf.*` code, and whether it has derivatives: the table that
 * `registry.test.ts` goes through and that docs/derivatives.md shows.
 */
export interface Call {
  readonly inputs: readonly Input[]
  readonly f: (...xs: tf.Tensor[]) => tf.Tensor
}

/** Random numbers of this shape, with the steps of differences in mind. */
export interface Input {
  readonly shape: readonly number[]
  /**
   * `range`: anywhere between the bounds. `apart`: no two nearer than 1/4 to each other. `off`: at least 1/8 from every multiple
   * of 1/2.
   */
  readonly kind: 'range' | 'apart' | 'off'
  readonly low: number
  readonly high: number
}

export interface Row {
  readonly calls: readonly Call[]
  /** Zero everywhere but at jumps. */
  readonly zero?: true
  /** Why there is no derivative, or that it is missing. */
  readonly none?: string
  readonly missing?: string
  /** What is wrong with tfjs's own gradient, where we have another. */
  readonly mended?: string
  /** What is taken where there is no derivative, or several. */
  readonly kink?: string
}

const range = (shape: readonly number[], low = -2, high = 2): Input => ({ shape, kind: 'range', low, high })
const apart = (shape: readonly number[]): Input => ({ shape, kind: 'apart', low: 0, high: 0 })
const off = (shape: readonly number[], low = -3, high = 3): Input => ({ shape, kind: 'off', low, high })

type F = Call['f']
type Notes = Omit<Row, 'calls'>

const smooth = (f: F, low?: number, high?: number, notes: Notes = {}): Row => ({
  calls: [{ inputs: [range([2, 3], low, high)], f }],
  ...notes,
})
const cornered = (f: F, notes: Notes = {}): Row => ({ calls: [{ inputs: [off([2, 5])], f }], ...notes })
const jumps = (f: F, notes: Notes = {}): Row => ({ ...cornered(f, notes), zero: true })
const row = (calls: readonly Call[], notes: Notes = {}): Row => ({ calls, ...notes })
const call = (inputs: readonly Input[], f: F): Call => ({ inputs, f })

/** Two inputs of one shape, and of shapes that are broadcast to each other. */
const pairs = (f: F, of: (shape: readonly number[], i: number) => Input, notes: Notes = {}): Row =>
  row(
    [
      [
        [2, 3],
        [2, 3],
      ],
      [[2, 3], [3]],
      [[], [2, 2]],
      [
        [2, 1],
        [1, 3],
      ],
    ].map(([a, b]) => call([of(a as number[], 0), of(b as number[], 1)], f)),
    notes,
  )

const none = (reason: string): Row => ({ calls: [], none: reason })
const missing = (reason: string): Row => ({ calls: [], missing: reason })

const INTEGERS = 'whole numbers or truth values only'
const CONSTANT = 'has no tensors to differentiate'
const STRINGS = 'strings'
const COMPLEX = 'complex: tfjs’s tape takes only float32 gradients, and those of complex numbers have two parts'
const BROADCAST = 'fails where a number stands for several (broadcasting)'
const WHOLE = 'fails for whole numbers'
const TIES = 'of equal ones the first'

const ints = (values: number[], shape: number[] = [values.length]): tf.Tensor => tf.tensor(values, shape, 'int32')
const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.square(x), 0.5)
const pool = [2, 2] as [number, number]

type Pad = 'same' | 'valid' | number
type T4 = tf.Tensor4D
const conv2d =
  (strides: number, pad: Pad, dilations = 1, rounding?: 'ceil' | 'floor'): F =>
  (x, f) =>
    tf.conv2d(x as T4, f as T4, strides, pad, 'NHWC', dilations, rounding)
const depthwise =
  (strides: number, pad: Pad, dilations = 1): F =>
  (x, f) =>
    tf.depthwiseConv2d(x as T4, f as T4, strides, pad, 'NHWC', dilations)
const conv3d =
  (strides: number, pad: 'same' | 'valid', dilations = 1): F =>
  (x, f) =>
    tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, strides, pad, 'NDHWC', [dilations, dilations, dilations])
const images = [range([2, 5, 4, 2], -1, 1)]
const filters = range([3, 2, 2, 2], -1, 1)
const volume = range([1, 4, 3, 3, 2], -1, 1)
const kernel3 = range([2, 2, 2, 2, 2], -1, 1)
const DILATED = 'throws where the filter is dilated; forgets `dimRoundingMode`'
const AGAIN = 'its gradient has no gradient'

const CONV2D: readonly Call[] = [
  call([...images, filters], conv2d(1, 'same')),
  call([...images, filters], conv2d(2, 'valid')),
  call([...images, filters], conv2d(1, 'same', 2)),
  call([...images, filters], conv2d(2, 1, 1, 'ceil')),
  call([range([1, 2, 2], -1, 1), range([1, 1, 2, 3], -1, 1)], (x, f) =>
    tf.conv2d(x as tf.Tensor3D, f as T4, 1, 'same'),
  ),
]
const CONV3D = [
  call([volume, kernel3], conv3d(1, 'same')),
  call([volume, kernel3], conv3d(2, 'valid')),
  call([range([1, 5, 4, 4, 1], -1, 1), range([2, 2, 2, 1, 1], -1, 1)], conv3d(1, 'valid', 2)),
]
const DEPTHWISE = [
  call([...images, filters], depthwise(1, 'same')),
  call([...images, filters], depthwise(2, 'valid')),
  call([...images, filters], depthwise(1, 'same', 2)),
  // As tf.layers calls it.
  call([...images, filters], (x, f) => tf.depthwiseConv2d(x as T4, f as T4, 1, 'same', 'NHWC', null as never)),
]
const POOLS: readonly (readonly [number | [number, number], Pad, ('ceil' | 'floor')?])[] = [
  [2, 'valid'],
  [1, 'same'],
  [[2, 1], 'same'],
  [2, 1, 'ceil'],
]
const AVERAGE = POOLS.map(([strides, pad, rounding]) =>
  call(images, (x) => tf.avgPool(x as T4, [3, 2], strides, pad, rounding)),
)
const LARGEST = POOLS.map(([strides, pad, rounding]) => [strides, rounding ? 0 : pad, rounding] as const).map(
  ([strides, pad, rounding]) => {
    return call([apart([1, 4, 5, 2])], (x) => tf.maxPool(x as T4, pool, strides, pad, rounding))
  },
)
const cube = (f: (x: tf.Tensor5D, pad: 'same' | 'valid', strides: number) => tf.Tensor, input: Input): Call[] => [
  call([input], (x) => f(x as tf.Tensor5D, 'valid', 2)),
  call([input], (x) => f(x as tf.Tensor5D, 'same', 1)),
]
const AVERAGE3D = cube((x, pad, strides) => tf.avgPool3d(x, 2, strides, pad), volume)
const LARGEST3D = [
  ...cube((x, pad, strides) => tf.maxPool3d(tf.add(x, 10), 2, strides, pad), apart([1, 3, 3, 3, 2])),
  call([apart([1, 3, 3, 3, 2])], (x) => tf.maxPool3d(tf.sub(x as tf.Tensor5D, 5), 2, 2, 'same')),
]
const grey =
  (strides: number, pad: 'same' | 'valid', dilations = 1, raised = 0): F =>
  (x, f) =>
    tf.dilation2d(tf.add(x, raised) as T4, f as tf.Tensor3D, strides, pad, dilations)
const GREY = [
  call([apart([1, 4, 4, 2]), range([2, 2, 2], -0.05, 0.05)], grey(1, 'valid', 1, 6)),
  call([apart([1, 4, 5, 1]), range([2, 2, 1], -0.05, 0.05)], grey(2, 'same', 1, 6)),
  call([apart([1, 5, 5, 1]), range([2, 2, 1], -0.05, 0.05)], grey(1, 'valid', 2, 6)),
  call([apart([1, 4, 4, 2]), range([2, 2, 2], -0.05, 0.05)], grey(1, 'valid')),
]
const RESIZED: readonly (readonly [[number, number], boolean, boolean])[] = [
  [[6, 8], false, false],
  [[3, 2], false, false],
  [[5, 7], true, false],
  [[7, 6], false, true],
]
const BILINEAR = RESIZED.map(([size, corners, half]) =>
  call(images, (x) => tf.image.resizeBilinear(x as T4, size, corners, half)),
)
const NEAREST = RESIZED.map(([size, corners, half]) =>
  call(images, (x) => tf.image.resizeNearestNeighbor(x as T4, size, corners, half)),
)
const RESPONSE = [
  call([range([1, 2, 2, 5])], (x) => tf.localResponseNormalization(x as T4, 1, 1.5, 0.7, 0.6)),
  call([range([2, 2, 4])], (x) => tf.localResponseNormalization(x as tf.Tensor3D, 2)),
]
const cumulate = (f: (x: tf.Tensor, axis: number, exclusive: boolean, reverse: boolean) => tf.Tensor): Call[] => [
  call([range([5])], (x) => f(x, 0, false, false)),
  call([range([3, 3])], (x) => f(x, 0, true, false)),
  call([range([2, 3, 4])], (x) => f(x, 1, false, true)),
  call([range([2, 3])], (x) => f(x, 1, true, true)),
]
/** Two boxes within the first image and the second, and one that reaches over an edge; shifted by so much. */
const cropped = (
  image: tf.Tensor,
  shift: tf.Tensor,
  method: 'bilinear' | 'nearest',
  size: [number, number],
): tf.Tensor => {
  const boxes = tf.tensor2d([
    [0.13, 0.11, 0.83, 0.9],
    [0.87, 0.81, 0.28, 0.12],
    [0.4, 0.35, 1.45, 0.87],
  ])
  const shifted = tf.add(boxes, tf.concat([shift, tf.mul(shift, 0.7)], 1)) as tf.Tensor2D
  return tf.image.cropAndResize(image as T4, shifted, ints([0, 1, 1]) as tf.Tensor1D, size, method, 0.5)
}
const SEGMENTS = (f: (data: tf.Tensor, indices: tf.Tensor1D, ids: tf.Tensor1D) => tf.Tensor): Row =>
  row([call([range([4, 2])], (x) => f(x, ints([0, 2, 1, 2]) as tf.Tensor1D, ints([0, 0, 1, 1]) as tf.Tensor1D))])
const extremes = (f: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor): Row =>
  row(
    [
      call([apart([2, 3])], (x) => f(x)),
      call([apart([2, 3])], (x) => f(x, 0, true)),
      call([apart([2, 3, 2])], (x) => f(x, [0, 2])),
      call([apart([2, 3])], (x) => f(x, -1)),
    ],
    { mended: 'each of equal ones gets all of the gradient', kink: 'equal ones share evenly' },
  )
const SLOWLY = 'right, but makes as many ones in JavaScript to multiply with'
const sums = (f: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor, notes: Notes = {}): Row =>
  row(
    [
      call([range([2, 3])], (x) => f(x)),
      call([range([2, 3])], (x) => f(x, 0, true)),
      call([range([2, 3, 2])], (x) => f(x, [0, 2])),
      call([range([2, 3])], (x) => f(x, -1)),
    ],
    notes,
  )
const einsum = (equation: string, ...shapes: readonly number[][]): Call =>
  call(
    shapes.map((shape) => range(shape)),
    (...xs) => tf.einsum(equation, ...xs),
  )
const compare = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Row =>
  pairs(f, (shape, i) => (i === 0 ? off(shape) : { ...off(shape), low: -2.5, high: 2.5, kind: 'apart' }), {
    zero: true,
  })
const logical = (f: F): Row => ({ ...cornered((x) => f(x.greater(0), x.less(1))), zero: true })

export const registry: Readonly<Record<string, Row>> = {
  Abs: cornered(tf.abs, { mended: '−1 at 0', kink: '0 at 0' }),
  Acos: smooth(tf.acos, -0.7, 0.7),
  Acosh: smooth(tf.acosh, 1.5, 3),
  Add: pairs(tf.add, (shape) => range(shape)),
  AddN: row([call([range([2, 2]), range([2, 2]), range([2, 2])], (...xs) => tf.addN(xs))]),
  All: logical((a) => a.all(1)),
  Any: logical((a) => a.any(1)),
  ArgMax: jumps((x) => x.argMax(1), { mended: WHOLE }),
  ArgMin: jumps((x) => x.argMin(1), { mended: WHOLE }),
  Asin: smooth(tf.asin, -0.7, 0.7),
  Asinh: smooth(tf.asinh),
  Atan: smooth(tf.atan),
  Atan2: pairs(tf.atan2, (shape) => range(shape, 0.5, 2)),
  Atanh: smooth(tf.atanh, -0.7, 0.7),
  AvgPool: row(AVERAGE, { mended: 'divides by the whole window where it is partly over padding' }),
  AvgPool3D: row(AVERAGE3D, { mended: 'divides by the whole window where it is partly over padding' }),
  AvgPool3DGrad: row(AVERAGE3D),
  AvgPoolGrad: row(AVERAGE),
  BatchMatMul: row(
    [
      call([range([2, 3]), range([3, 2])], (a, b) => tf.matMul(a, b)),
      call([range([3, 2]), range([2, 3])], (a, b) => tf.matMul(a, b, true, true)),
      call([range([2, 2, 3]), range([2, 2, 3])], (a, b) => tf.matMul(a, b, false, true)),
      call([range([3, 2]), range([3, 2])], (a, b) => tf.matMul(a, b, true)),
      call([range([2, 2, 3]), range([1, 3, 2])], (a, b) => tf.matMul(a, b)),
      call([range([2, 2, 3]), range([3, 2])], (a, b) => tf.matMul(a, b)),
    ],
    { mended: 'fails where a matrix stands for a batch' },
  ),
  BatchToSpaceND: row([
    call([range([4, 1, 2, 1])], (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 1],
        ],
      ),
    ),
  ]),
  Bincount: row([call([range([4])], (w) => tf.bincount(ints([0, 2, 2, 1]) as tf.Tensor1D, w as tf.Tensor1D, 3))]),
  BitwiseAnd: jumps((x) => tf.bitwiseAnd(x.cast('int32'), x.add(1).cast('int32'))),
  BroadcastArgs: none(`shapes: ${INTEGERS}`),
  BroadcastTo: none('no back end has it; `tf.broadcastTo` runs Tile'),
  Cast: row(
    [call([range([2, 3])], (x) => x.cast('float32')), call([off([2, 3])], (x) => x.cast('int32').cast('float32'))],
    {
      mended: '1 where numbers are cut to whole ones or truth values',
      kink: '0 to whole numbers and truth values',
    },
  ),
  Ceil: jumps(tf.ceil),
  ClipByValue: cornered((x) => tf.clipByValue(x, -1.5, 1), { kink: '1 at the bounds' }),
  Complex: missing(COMPLEX),
  ComplexAbs: missing(COMPLEX),
  Concat: row([
    call([range([2, 2]), range([2, 3])], (a, b) => tf.concat([a, b], 1)),
    call([range([2, 1, 2]), range([1, 1, 2])], (a, b) => tf.concat([a, b], 0)),
  ]),
  Conv2D: row(CONV2D, { mended: DILATED }),
  Conv2DBackpropFilter: row(CONV2D),
  Conv2DBackpropInput: row(
    [
      call([range([1, 2, 3, 2], -1, 1), range([2, 2, 3, 2], -1, 1)], (x, f) =>
        tf.conv2dTranspose(x as T4, f as T4, [1, 4, 6, 3], 2, 'same'),
      ),
      ...CONV2D.slice(0, 2),
    ],
    { mended: AGAIN },
  ),
  Conv3D: row(CONV3D, { mended: DILATED }),
  Conv3DBackpropFilterV2: row(CONV3D),
  Conv3DBackpropInputV2: row([
    call([range([1, 2, 2, 2, 1], -1, 1), range([2, 2, 2, 2, 1], -1, 1)], (x, f) =>
      tf.conv3dTranspose(x as tf.Tensor5D, f as tf.Tensor5D, [1, 4, 4, 4, 2], 2, 'same'),
    ),
    ...CONV3D,
  ]),
  Cos: smooth(tf.cos),
  Cosh: smooth(tf.cosh),
  CropAndResize: row(
    [
      call([range([2, 4, 5, 2]), range([3, 2], -0.05, 0.05)], (image, shift) =>
        cropped(image, shift, 'bilinear', [3, 4]),
      ),
      call([range([2, 4, 5, 1]), range([3, 2], -0.05, 0.05)], (image, shift) =>
        cropped(image, shift, 'bilinear', [1, 2]),
      ),
      call([range([2, 4, 5, 2])], (image) => cropped(image, tf.zeros([3, 2]), 'nearest', [3, 2])),
    ],
    { kink: 'at pixels, the slope on their right' },
  ),
  Cumprod: row(cumulate(tf.cumprod)),
  Cumsum: row(cumulate(tf.cumsum), { mended: 'wrong or failing along any axis but the last' }),
  DenseBincount: row([
    call([range([2, 3])], (w) =>
      tf.denseBincount(ints([0, 2, 2, 1, 1, 5], [2, 3]) as tf.Tensor2D, w as tf.Tensor2D, 3),
    ),
  ]),
  DepthToSpace: row([call([range([1, 2, 3, 8])], (x) => tf.depthToSpace(x as T4, 2))]),
  DepthwiseConv2dNative: row(DEPTHWISE, { mended: DILATED }),
  DepthwiseConv2dNativeBackpropFilter: row(DEPTHWISE),
  DepthwiseConv2dNativeBackpropInput: row(DEPTHWISE),
  Diag: row([call([range([3])], (x) => tf.diag(x))]),
  Dilation2D: row(GREY, { kink: TIES }),
  Dilation2DBackpropFilter: row(GREY),
  Dilation2DBackpropInput: row(GREY),
  Draw: none('draws'),
  Einsum: row([
    einsum('ij,jk->ik', [2, 3], [3, 2]),
    einsum('bij,bkj->bik', [2, 2, 3], [2, 2, 3]),
    einsum('ij->ji', [2, 3]),
    einsum('ij->ij', [2, 3]),
    einsum('ij->i', [2, 3]),
    einsum('ijk,j->i', [2, 3, 2], [3]),
  ]),
  Elu: cornered(tf.elu, { kink: '1 at 0' }),
  EluGrad: cornered(tf.elu),
  Equal: compare(tf.equal),
  Erf: smooth(tf.erf),
  Exp: smooth(tf.exp),
  ExpandDims: row([call([range([2, 3])], (x) => tf.expandDims(x, 1))]),
  Expm1: smooth(tf.expm1),
  FFT: missing(COMPLEX),
  Fill: none(CONSTANT),
  FlipLeftRight: row([call([range([1, 2, 3, 2])], (x) => tf.image.flipLeftRight(x as T4))]),
  Floor: jumps(tf.floor),
  FloorDiv: jumps((x) => tf.floorDiv(x.mul(2).cast('int32'), tf.scalar(2, 'int32')), { mended: 'that of div' }),
  FusedBatchNorm: row(
    [
      call([range([2, 2, 2, 3]), range([3]), range([3]), range([3]), range([3])], (x, m, v, o, s) =>
        tf.batchNorm(x, m as tf.Tensor1D, positive(v) as tf.Tensor1D, o as tf.Tensor1D, s as tf.Tensor1D),
      ),
      call([range([2, 2, 2, 3]), range([3]), range([3]), range([3])], (x, m, v, s) =>
        tf.batchNorm(x, m as tf.Tensor1D, positive(v) as tf.Tensor1D, undefined, s as tf.Tensor1D),
      ),
      call([range([2, 3]), range([2, 3]), range([2, 3])], (x, m, v) =>
        tf.batchNorm(x, m as tf.Tensor2D, positive(v) as tf.Tensor2D),
      ),
    ],
    { mended: 'fails without a scale or an offset' },
  ),
  FusedConv2D: row([
    call([...images, filters, range([2])], (x, filter, bias) =>
      tf.fused.conv2d({ x: x as T4, filter: filter as T4, strides: 1, pad: 'same', bias, activation: 'elu' }),
    ),
    call([...images, filters, range([2])], (x, filter, bias) =>
      tf.fused.conv2d({ x: x as T4, filter: filter as T4, strides: 2, pad: 'valid', bias }),
    ),
  ]),
  FusedDepthwiseConv2D: row([
    call([...images, filters, range([4])], (x, filter, bias) =>
      tf.fused.depthwiseConv2d({ x: x as T4, filter: filter as T4, strides: 1, pad: 'same', bias }),
    ),
    call([...images, filters], (x, filter) =>
      tf.fused.depthwiseConv2d({ x: x as T4, filter: filter as T4, strides: 1, pad: 'same', activation: 'sigmoid' }),
    ),
  ]),
  GatherNd: row([
    call([range([3, 2])], (x) => tf.gatherND(x, ints([0, 1, 2, 0, 0, 1], [3, 2]))),
    call([range([3, 2])], (x) => tf.gatherND(x, ints([2, 2, 0], [3, 1]))),
  ]),
  GatherV2: row(
    [
      call([range([3, 2])], (x) => tf.gather(x, ints([2, 0, 2, 1]))),
      call([range([2, 3, 2])], (x) => tf.gather(x, ints([2, 0, 2, 1], [2, 2]), 1)),
      call([range([2, 3, 2])], (x) => tf.gather(x, ints([2, 0, 2, 1], [2, 2]), 1, 1)),
      call([range([2, 2, 3])], (x) => tf.gather(x, ints([2, 0, 2, 1], [2, 2, 1]), 2, 2)),
      call([off([4])], (x) => tf.gather(x, x.abs().cast('int32'))),
    ],
    { mended: 'fails with two batch dimensions, and where indices come from x' },
  ),
  Greater: compare(tf.greater),
  GreaterEqual: { ...compare(tf.greaterEqual), mended: WHOLE },
  IFFT: missing(COMPLEX),
  Identity: smooth(tf.clone),
  Imag: missing(COMPLEX),
  IsFinite: jumps(tf.isFinite),
  IsInf: jumps(tf.isInf),
  IsNan: jumps(tf.isNaN),
  LRN: row(RESPONSE, { mended: AGAIN }),
  LRNGrad: none('the gradient of LRN is its formula where it is differentiated again'),
  LeakyRelu: cornered((x) => tf.leakyRelu(x, 0.3), { kink: 'alpha at 0' }),
  Less: compare(tf.less),
  LessEqual: compare(tf.lessEqual),
  LinSpace: none(CONSTANT),
  Log: smooth(tf.log, 0.5, 3),
  Log1p: smooth(tf.log1p, -0.5, 3),
  LogicalAnd: logical(tf.logicalAnd),
  LogicalNot: logical(tf.logicalNot),
  LogicalOr: logical(tf.logicalOr),
  LogicalXor: logical(tf.logicalXor),
  LogSoftmax: smooth((x) => tf.logSoftmax(x)),
  Max: extremes(tf.max),
  MaxPool: row(LARGEST, { mended: `forgets \`dimRoundingMode\`; ${AGAIN}`, kink: TIES }),
  MaxPool3D: row(LARGEST3D, { mended: AGAIN, kink: TIES }),
  MaxPool3DGrad: row(LARGEST3D),
  MaxPoolGrad: row(LARGEST),
  MaxPoolWithArgmax: row([
    call([apart([1, 4, 5, 2])], (x) => tf.maxPoolWithArgmax(x as T4, pool, 2, 'same').result as tf.Tensor),
  ]),
  Maximum: pairs(tf.maximum, (shape, i) => (i === 0 ? off(shape) : range(shape, -0.03, 0.03)), {
    mended: BROADCAST,
    kink: 'where equal, all to the first',
  }),
  Mean: sums(tf.mean, { mended: SLOWLY }),
  Min: extremes(tf.min),
  Minimum: pairs(tf.minimum, (shape, i) => (i === 0 ? off(shape) : range(shape, -0.03, 0.03)), {
    mended: BROADCAST,
    kink: 'where equal, all to the first',
  }),
  MirrorPad: row(
    [
      call([range([3, 4])], (x) =>
        tf.mirrorPad(
          x,
          [
            [2, 1],
            [0, 3],
          ],
          'reflect',
        ),
      ),
      call([range([2, 3])], (x) =>
        tf.mirrorPad(
          x,
          [
            [2, 1],
            [1, 3],
          ],
          'symmetric',
        ),
      ),
    ],
    { mended: 'forgets the images' },
  ),
  Mod: pairs(tf.mod, (shape, i) => (i === 0 ? range(shape, 3.2, 3.8) : range(shape, 1.2, 1.4)), {
    kink: 'its jump is left out',
  }),
  Multinomial: none(`draws ${INTEGERS}`),
  Multiply: pairs(tf.mul, (shape) => range(shape)),
  Neg: smooth(tf.neg),
  NonMaxSuppressionV3: none(INTEGERS),
  NonMaxSuppressionV4: none(INTEGERS),
  NonMaxSuppressionV5: missing('the chosen scores’ gradient; TensorFlow has none either'),
  NotEqual: compare(tf.notEqual),
  OneHot: jumps((x) => tf.oneHot(x.abs().cast('int32'), 4)),
  OnesLike: jumps(tf.onesLike),
  Pack: row([call([range([2, 3]), range([2, 3])], (a, b) => tf.stack([a, b], 1))]),
  PadV2: row([
    call([range([2, 3])], (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
    ),
  ]),
  Pow: pairs(tf.pow, (shape, i) => (i === 0 ? range(shape, 0.5, 2) : range(shape, -2, 2)), {
    mended: 'NaN for 0 to the power of 0',
    kink: 'that of the exponent is 0 where the base is not positive',
  }),
  Prelu: row(
    [
      call([off([2, 3]), range([2, 3])], tf.prelu),
      call([off([2, 3]), range([3])], tf.prelu),
      call([off([2, 1]), range([1, 3])], tf.prelu),
      call([off([2, 3]), range([2, 1])], tf.prelu),
    ],
    { mended: 'fails where a number of x stands for several', kink: 'alpha at 0' },
  ),
  Prod: sums(tf.prod, { mended: 'fails for negative axes' }),
  RaggedGather: missing('ragged tensors; TensorFlow.js has no operations on them but in converted graphs'),
  RaggedRange: none(INTEGERS),
  RaggedTensorToTensor: missing('ragged tensors; TensorFlow.js has no operations on them but in converted graphs'),
  Range: none(CONSTANT),
  Real: missing(COMPLEX),
  RealDiv: pairs(tf.div, (shape) => range(shape, 0.5, 2)),
  Reciprocal: smooth(tf.reciprocal, 0.5, 2),
  Relu: cornered(tf.relu, { kink: '0 at 0' }),
  Relu6: row([call([{ ...off([2, 5]), low: -2, high: 8 }], (x) => tf.relu6(x))], { kink: '0 at 0, 1 at 6' }),
  Reshape: row([call([range([2, 3])], (x) => tf.reshape(x, [3, 2]))]),
  ResizeBilinear: row(BILINEAR, { mended: `takes height for width on CPU; forgets half-pixel centers; ${AGAIN}` }),
  ResizeBilinearGrad: none('not run: the gradient of ResizeBilinear is made of products of matrices'),
  ResizeNearestNeighbor: row(NEAREST, { mended: `forgets half-pixel centers; ${AGAIN}` }),
  ResizeNearestNeighborGrad: none('not run: the gradient of ResizeNearestNeighbor is made of products of matrices'),
  Reverse: row([call([range([2, 3])], (x) => tf.reverse(x, 1)), call([range([2, 3])], (x) => tf.reverse(x))]),
  RotateWithOffset: row([
    call([range([2, 4, 5, 2])], (x) => tf.image.rotateWithOffset(x as T4, 0.6, 0.5)),
    call([range([1, 3, 3, 1])], (x) => tf.image.rotateWithOffset(x as T4, 2, 0, [0.2, 0.6])),
  ]),
  Round: jumps((x) => tf.round(x.add(0.25))),
  Rsqrt: smooth(tf.rsqrt, 0.5, 2),
  ScatterNd: row([call([range([3, 2])], (x) => tf.scatterND(ints([2, 0, 2], [3, 1]), x, [4, 2]))]),
  SearchSorted: jumps((x) =>
    tf.searchSorted(
      tf.tensor2d([
        [-2, 0, 2],
        [-2, 0, 2],
      ]),
      x as tf.Tensor2D,
    ),
  ),
  Select: row([
    call([off([2, 3]), range([2, 3])], (a, b) => tf.where(a.greater(0), a, b)),
    call([off([2, 3]), range([3])], (a, b) => tf.where(a.greater(0), b, a)),
  ]),
  Selu: cornered(tf.selu, { mended: 'second derivative NaN where exp x overflows', kink: 'λα at 0' }),
  Sigmoid: smooth(tf.sigmoid),
  Sign: jumps(tf.sign),
  Sin: smooth(tf.sin),
  Sinh: smooth(tf.sinh),
  Slice: row([call([range([3, 4])], (x) => tf.slice(x, [1, 0], [2, 3]))]),
  Softmax: smooth((x) => tf.softmax(x)),
  Softplus: smooth(tf.softplus),
  SpaceToBatchND: row([
    call([range([1, 2, 3, 1])], (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 1],
        ],
      ),
    ),
  ]),
  SparseFillEmptyRows: row([
    call(
      [range([3]), range([])],
      (x, d) =>
        tf.sparse.sparseFillEmptyRows(
          ints([0, 0, 2, 1, 2, 0], [3, 2]) as tf.Tensor2D,
          x as tf.Tensor1D,
          ints([4, 2]) as tf.Tensor1D,
          d as tf.Scalar,
        ).outputValues as tf.Tensor,
    ),
  ]),
  SparseReshape: none(INTEGERS),
  SparseSegmentMean: SEGMENTS(tf.sparse.sparseSegmentMean),
  SparseSegmentSum: SEGMENTS(tf.sparse.sparseSegmentSum),
  SparseToDense: row([
    call([range([2]), range([])], (x, d) => tf.sparseToDense(ints([1, 3]), x, [5], d as tf.Scalar)),
    call([range([2]), range([])], (x, d) => tf.sparseToDense(ints([1, 0, 2, 1], [2, 2]), x, [3, 2], d as tf.Scalar)),
  ]),
  SplitV: row(
    [
      call([range([2, 5])], (x) => {
        const [a, b] = tf.split(x, [2, 3], 1) as [tf.Tensor, tf.Tensor]
        return tf.concat([tf.square(b), a], 1)
      }),
      call([range([2, 3])], (x) => tf.split(x, 1, 1)[0] as tf.Tensor),
    ],
    { mended: 'fails where there is one part' },
  ),
  Sqrt: smooth(tf.sqrt, 0.5, 3, { kink: 'infinite at 0' }),
  Square: smooth(tf.square),
  SquaredDifference: pairs(tf.squaredDifference, (shape) => range(shape), { mended: BROADCAST }),
  StaticRegexReplace: none(STRINGS),
  Step: jumps((x) => tf.step(x)),
  StridedSlice: row([
    call([range([5, 4])], (x) => tf.stridedSlice(x, [0, 3], [5, 0], [2, -2])),
    call([range([3, 4])], (x) => tf.stridedSlice(x, [1, 0], [2, 3], [1, 1], 0, 2, 0, 0, 1)),
    call([range([7])], (x) => tf.stridedSlice(x, [6], [-8], [-3])),
    call([range([2, 3, 4])], (x) => tf.stridedSlice(x, [0, 1], [2, 3], [1, 1], 0, 0, 1, 0)),
  ]),
  StringNGrams: none(STRINGS),
  StringSplit: none(STRINGS),
  StringToHashBucketFast: none(STRINGS),
  Sub: pairs(tf.sub, (shape) => range(shape)),
  Sum: sums(tf.sum, { mended: SLOWLY }),
  Tan: smooth(tf.tan, -1, 1),
  Tanh: smooth(tf.tanh),
  TensorScatterUpdate: row([
    call([range([4, 2]), range([2, 2])], (x, u) => tf.tensorScatterUpdate(tf.mul(x, 1), ints([2, 0], [2, 1]), u)),
  ]),
  Tile: row(
    [
      call([range([2, 3])], (x) => tf.tile(x, [2, 3])),
      call([range([1, 2, 1, 2, 1])], (x) => tf.tile(x, [2, 1, 3, 1, 2])),
      call([range([2])], (x) => tf.tile(x, [3])),
    ],
    { mended: 'fails from rank 5 on' },
  ),
  TopK: row([call([apart([2, 5])], (x) => tf.topk(x, 3).values), call([apart([5])], (x) => tf.topk(x, 2).values)], {
    kink: 'of equal ones those that were chosen',
  }),
  Transform: missing(
    'TensorFlow.js’s `tf.image.transform`; where an image is resampled, `tf.image.cropAndResize` has one',
  ),
  Transpose: row([call([range([2, 3, 2])], (x) => tf.transpose(x, [2, 0, 1]))]),
  Unique: missing('the values’ gradient; TensorFlow has none either'),
  Unpack: row(
    [
      call([range([2, 3])], (x) => {
        const [a, , b] = tf.unstack(x, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]
        return tf.mul(a, b)
      }),
      call([range([2, 1])], (x) => tf.unstack(x, 1)[0] as tf.Tensor),
    ],
    { mended: 'fails where there is one part' },
  ),
  UnsortedSegmentSum: row(
    [
      call([range([4, 2])], (x) => tf.unsortedSegmentSum(x, ints([1, 0, -1, 1]) as tf.Tensor1D, 3)),
      call([off([4])], (x) => tf.unsortedSegmentSum(x, x.cast('int32') as tf.Tensor1D, 3)),
    ],
    { mended: 'fails where ids come from x' },
  ),
  ZerosLike: jumps(tf.zerosLike),
  _FusedMatMul: row([
    call([range([2, 3]), range([3, 2]), range([2])], (a, b, bias) =>
      tf.fused.matMul({ a, b, transposeA: false, transposeB: false, bias }),
    ),
    call([range([2, 3]), range([3, 2]), range([2])], (a, b, bias) =>
      tf.fused.matMul({ a, b, transposeA: false, transposeB: false, bias, activation: 'sigmoid' }),
    ),
  ]),
}

/** What had silently been wrong, or had failed, when several kernels came together. */
export const compositions: Readonly<Record<string, Call>> = {
  'exp squared': call([range([2, 3], -1, 1)], (x) => x.exp().square()),
  'tanh cubed': call([range([2, 3])], (x) => x.tanh().pow(3)),
  'softmax squared': call([range([2, 3])], (x) => x.softmax().square()),
  'logarithms of a softmax': call([range([2, 3])], (x) => x.logSoftmax().square()),
  SiLU: call([range([2, 3])], (x) => x.mul(x.sigmoid())),
  logSigmoid: call([range([2, 3])], (x) => x.logSigmoid().square()),
  logSumExp: call([apart([2, 3])], (x) => x.logSumExp(1)),
  'sqrt of a square': call([off([2, 3])], (x) => x.square().sqrt().exp()),
  'largest of a pool squared': call([apart([1, 4, 4, 1])], (x) => tf.maxPool(x as T4, 2, 2, 'valid').square()),
  'elu squared': call([off([2, 3])], (x) => x.elu().square()),
  'clipped and squared': call([off([2, 3])], (x) => x.clipByValue(-1, 1).square().mul(x)),
  'a choice by comparison': call([off([2, 3])], (x) => tf.where(x.greater(0), x.square(), x.exp())),
  'a network': call([range([3, 4]), range([4, 4]), range([4, 2])], (x, a, b) => x.matMul(a).tanh().matMul(b).softmax()),
  'layer normalisation': call([range([2, 4])], (x) => {
    const { mean, variance } = tf.moments(x, 1, true)
    return x.sub(mean).div(variance.add(0.1).sqrt())
  }),
  'softmax cross-entropy': call([range([2, 3], 0, 1), range([2, 3])], (labels, logits) =>
    tf.losses.softmaxCrossEntropy(labels, logits),
  ),
  'softmax cross-entropy, smoothed and weighted': call([range([2, 3]), range([2], 0.5, 1)], (logits, weights) =>
    tf.losses.softmaxCrossEntropy(
      tf.tensor2d([
        [1, 0, 0],
        [0, 0, 1],
      ]),
      logits,
      weights,
      0.1,
    ),
  ),
  'sigmoid cross-entropy': call([range([2, 3])], (logits) =>
    tf.losses.sigmoidCrossEntropy(
      tf.tensor2d([
        [1, 0, 0],
        [0, 0, 1],
      ]),
      logits,
    ),
  ),
  'a custom gradient that saves its output': call([range([3])], (x) =>
    tf
      .customGrad((...given) => {
        const [y, save] = [given[0] as tf.Tensor, given[1] as tf.GradSaveFunc]
        const value = y.exp()
        save([value])
        return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0] as tf.Tensor) }
      })(x)
      .square(),
  ),
}
