import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  Conv3D,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  type GradConfig,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { gradient, run } from './gradient.js'
import { gatherEvery, spread } from './stride.js'

/**
 * Convolutions. With y = x ∗ f there are three kernels, each linear in both of its inputs, and each is what the gradients of
 * the other two are made of:
 *
 *     forward(x, f)       ∂x = input(dy, f)        ∂f = filter(x, dy)
 *     input(dy, f)        ∂dy = forward(v, f)      ∂f = filter(v, dy)
 *     filter(x, dy)       ∂x = input(dy, v)        ∂dy = forward(x, v)
 *
 * A dilated filter is a filter with zeros in it, and so are its gradients; tfjs has them for dilations of 1 only. It also
 * forgets `dimRoundingMode`, which tells how many outputs there are.
 */
interface Attrs {
  readonly dilations?: number | readonly number[] | null
  readonly inputShape?: readonly number[]
  readonly filterShape?: readonly number[]
}

interface Family {
  readonly forward: string
  readonly input: string
  readonly filter: string
  /** The filter's first axes are those that it is moved along. */
  readonly axes: readonly number[]
}

const family = ({ forward, input, filter, axes }: Family): readonly GradConfig[] => {
  const steps = ({ dilations }: Attrs): readonly number[] =>
    axes.map((i) => (typeof dilations === 'object' ? (dilations?.slice(-axes.length)[i] ?? 1) : (dilations ?? 1)))
  const dilate = (f: Tensor, attrs: Attrs): Tensor =>
    steps(attrs).reduce((dilated, step, axis) => spread(dilated, axis, step), f)
  const undilate = (f: Tensor, attrs: Attrs): Tensor =>
    steps(attrs).reduce((dense, step, axis) => gatherEvery(dense, axis, step), f)
  const plain = (attrs: Attrs) => ({ ...attrs, dilations: axes.length === 3 ? [1, 1, 1] : [1, 1] })

  const along = (x: Tensor, f: Tensor, attrs: Attrs): Tensor => run(forward, { x, filter: f }, plain(attrs))
  const toInput = (dy: Tensor, f: Tensor, attrs: Attrs, { shape: inputShape }: Tensor): Tensor =>
    run(input, { dy, filter: f }, { ...plain(attrs), inputShape })
  const toFilter = (x: Tensor, dy: Tensor, attrs: Attrs, { shape: filterShape }: Tensor): Tensor =>
    run(filter, { x, dy }, { ...plain(attrs), filterShape })

  return [
    gradient<Attrs>(forward, { inputs: ['x', 'filter'] }, (dy, saved, attrs) => {
      const [x, f] = saved as [Tensor, Tensor]
      return {
        x: () => toInput(dy, dilate(f, attrs), attrs, x),
        filter: () => undilate(toFilter(x, dy, attrs, dilate(f, attrs)), attrs),
      }
    }),
    gradient<Attrs>(input, { inputs: ['dy', 'filter'] }, (v, saved, attrs) => {
      const [dy, f] = saved as [Tensor, Tensor]
      return { dy: () => along(v, f, attrs), filter: () => toFilter(v, dy, attrs, f) }
    }),
    gradient<Attrs>(filter, { inputs: ['x', 'dy'] }, (v, saved, attrs) => {
      const [x, dy] = saved as [Tensor, Tensor]
      return { x: () => toInput(dy, v, attrs, x), dy: () => along(x, v, attrs) }
    }),
  ]
}

export const convolutions: readonly GradConfig[] = [
  ...family({ forward: Conv2D, input: Conv2DBackpropInput, filter: Conv2DBackpropFilter, axes: [0, 1] }),
  ...family({ forward: Conv3D, input: Conv3DBackpropInputV2, filter: Conv3DBackpropFilterV2, axes: [0, 1, 2] }),
  ...family({
    forward: DepthwiseConv2dNative,
    input: DepthwiseConv2dNativeBackpropInput,
    filter: DepthwiseConv2dNativeBackpropFilter,
    axes: [0, 1],
  }),
]
