import { backend_util, type Conv2DBackpropFilterAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { mistake, under } from '../../failure.js'
import type { WasmBackend } from '../../kernel/heap.js'

/**
 * The sizes of a convolution, checked: float32, a filter that fits the images, and, where a gradient is asked, a dY of the size
 * that the convolution makes.
 *
 * tfjs's gradient of `conv2d` forgets `dimRoundingMode`, and its CPU kernels then leave rows of dY out. Here dY has the size
 * that any of the modes makes, and all of it counts.
 */
type Info = backend_util.Conv2DInfo

/** What kernels are told; tfjs's own gradients do not dilate, and its layers pass null for no dilation. */
interface Geometry extends Pick<Conv2DBackpropFilterAttrs, 'strides' | 'pad' | 'dimRoundingMode'> {
  readonly dataFormat?: 'NHWC' | 'NCHW' | null
  readonly dilations?: number | [number, number] | null
}

/** What a kernel of convolutions is given. */
export interface Call<Inputs, Attrs> {
  readonly inputs: Inputs
  readonly backend: WasmBackend
  readonly attrs: Omit<Attrs, keyof Geometry> & Geometry
}

interface Sizes {
  readonly x: number[]
  readonly filter: number[]
  readonly depthwise?: boolean
}

export const geometry = (
  who: string,
  { strides, pad, dimRoundingMode, dataFormat, dilations }: Geometry,
  { x, filter, depthwise = false }: Sizes,
  { dy, ...others }: Readonly<Record<string, TensorInfo>>,
): Info => {
  for (const [name, { dtype }] of Object.entries(dy ? { dy, ...others } : others))
    if (dtype !== 'float32') throw mistake(who, `${name} is ${dtype}`, 'float32')
  if (x.length !== 4) throw mistake(who, `x is [${x}]`, 'a batch of images, of rank 4')
  if (filter.length !== 4) throw mistake(who, `the filter is [${filter}]`, 'one of rank 4')
  const format = under(who, () => backend_util.convertConv2DDataFormat(dataFormat ?? 'NHWC'))
  const channels = x[format === 'channelsLast' ? 3 : 1]
  if (filter[2] !== channels) throw mistake(who, `a filter [${filter}] for x [${x}]`, `${channels} channels in`)
  const sizes = (mode: Geometry['dimRoundingMode']): Info =>
    under(who, () =>
      backend_util.computeConv2DInfo(x as Four, filter as Four, strides, dilations ?? 1, pad, mode, depthwise, format),
    )
  const expected = sizes(dimRoundingMode)
  if (expected.outHeight < 0 || expected.outWidth < 0)
    throw mistake(who, `a filter [${filter}] for x [${x}]`, 'one no larger than the padded image')
  if (!dy) return expected
  const info = [expected, ...MODES.map(sizes)].find(({ outShape }) => util.arraysEqual(outShape, dy.shape))
  if (!info) throw mistake(who, `dy is [${dy.shape}]`, `[${expected.outShape}]`)
  return info
}

const MODES = ['floor', 'round', 'ceil'] as const

type Four = [number, number, number, number]
