import { backend_util, type Conv2DBackpropFilterAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { mistake, under } from '../../failure.js'

/**
 * The sizes of a convolution of which a gradient is asked, checked: float32, a filter that fits the images, and a dY of the size
 * that the convolution makes.
 *
 * tfjs's gradient of `conv2d` forgets `dimRoundingMode`, and its CPU kernels then leave rows of dY out. Here dY has the size
 * that any of the modes makes, and all of it counts.
 */
type Info = backend_util.Conv2DInfo

/** What both kernels of a gradient are told; tfjs's own gradients do not dilate. */
export interface Geometry extends Pick<Conv2DBackpropFilterAttrs, 'strides' | 'pad' | 'dimRoundingMode'> {
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dilations?: number | [number, number]
}

interface Sizes {
  readonly x: number[]
  readonly filter: number[]
  readonly depthwise?: boolean
}

export const geometry = (
  who: string,
  { strides, pad, dimRoundingMode, dataFormat = 'NHWC', dilations = 1 }: Geometry,
  { x, filter, depthwise = false }: Sizes,
  operands: Readonly<Record<string, TensorInfo>> & { readonly dy: TensorInfo },
): Info => {
  for (const [name, { dtype }] of Object.entries(operands))
    if (dtype !== 'float32') throw mistake(who, `${name} is ${dtype}`, 'float32')
  if (x.length !== 4) throw mistake(who, `x is [${x}]`, 'a batch of images, of rank 4')
  if (filter.length !== 4) throw mistake(who, `the filter is [${filter}]`, 'one of rank 4')
  const format = under(who, () => backend_util.convertConv2DDataFormat(dataFormat))
  const channels = x[format === 'channelsLast' ? 3 : 1]
  if (filter[2] !== channels) throw mistake(who, `a filter [${filter}] for x [${x}]`, `${channels} channels in`)
  const [expected, ...others] = ([dimRoundingMode, 'floor', 'round', 'ceil'] as const).map((mode) =>
    under(who, () =>
      backend_util.computeConv2DInfo(x as Four, filter as Four, strides, dilations, pad, mode, depthwise, format),
    ),
  ) as [Info, ...Info[]]
  const { shape } = operands.dy
  const info = [expected, ...others].find(({ outShape }) => util.arraysEqual(outShape, shape))
  if (!info) throw mistake(who, `dy is [${shape}]`, `[${expected.outShape}]`)
  return info
}

type Four = [number, number, number, number]
