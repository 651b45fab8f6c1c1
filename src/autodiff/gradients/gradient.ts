import {
  broadcast_util,
  engine,
  type GradConfig,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
  type TensorInfo,
  util,
  zeros,
} from '@tensorflow/tfjs-core'

/**
 * A gradient in TensorFlow.js's registry: from dL/d(output), and what was saved when the kernel ran, to dL/d(input) for each
 * of the kernel's inputs. It is made of operations and kernels that have gradients themselves, so that it can be
 * differentiated again, and of those that every back end has.
 */
export type Partials = Readonly<Record<string, () => Tensor>>

export interface Saved {
  readonly inputs?: readonly string[]
  readonly outputs?: readonly boolean[]
}

const configOf = (
  kernelName: string,
  { inputs = [], outputs = [] }: Saved,
  gradFunc: (dy: Tensor | Tensor[], saved: Tensor[], attrs: NamedAttrMap) => Partials,
): GradConfig => ({ kernelName, inputsToSave: [...inputs], outputsToSave: [...outputs], gradFunc })

/** The gradient of a kernel with one output. */
export const gradient = <Attrs = unknown>(
  kernelName: string,
  saved: Saved,
  partials: (dy: Tensor, saved: readonly Tensor[], attrs: Attrs) => Partials,
): GradConfig =>
  configOf(kernelName, saved, (dy, kept, attrs) => partials(dy as Tensor, kept, attrs as unknown as Attrs))

/** The gradient of a kernel with several outputs. tfjs hands over a bare tensor where there happens to be one. */
export const gradientOfMany = <Attrs = unknown>(
  kernelName: string,
  saved: Saved,
  partials: (dys: readonly Tensor[], saved: readonly Tensor[], attrs: Attrs) => Partials,
): GradConfig =>
  configOf(kernelName, saved, (dy, kept, attrs) =>
    partials(Array.isArray(dy) ? dy : [dy], kept, attrs as unknown as Attrs),
  )

/** Zero with respect to every one of these inputs: the kernel's value does not change with them, but for jumps. */
export const zero = (kernelName: string, ...inputs: readonly string[]): GradConfig =>
  gradient(kernelName, { inputs }, (_, saved) =>
    Object.fromEntries(inputs.map((name, i) => [name, () => zerosLike(saved[i] as Tensor)])),
  )

/** Float zeros, whatever x is: the tape takes no other gradients. */
export const zerosLike = (x: Tensor): Tensor => zeros(x.shape)

/** Runs a kernel that has one output, on the tape. */
export const run = (kernelName: string, inputs: Readonly<Record<string, Tensor>>, attrs: object = {}): Tensor =>
  engine().runKernel(kernelName, inputs as NamedTensorMap, attrs as NamedAttrMap) as Tensor

/** dL/d(x broadcast) to dL/dx: each number of x stood in several places. */
export const unbroadcast = (dx: Tensor, { shape }: TensorInfo): Tensor => {
  if (util.arraysEqual(dx.shape, shape)) return dx
  const axes = broadcast_util.getReductionAxes(shape, dx.shape)
  return reshape(axes.length > 0 ? sum(dx, axes) : dx, shape)
}
