import {
  backend_util,
  Concat,
  type KernelFunc,
  Pack,
  Slice,
  SplitV,
  slice_util,
  type TensorInfo,
  Tile,
  Transpose,
  Unpack,
  util,
} from '@tensorflow/tfjs-core'
import { mistake } from '../../failure.js'
import { address, output, outputs, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import type { Kernel } from './kernel.js'
import { move } from './move.js'

/**
 * What only moves elements: transposes, slices, splits and joins of float32 and int32. tfjs's own transpose, slice and join one element
 * after the other, or one row; and a slice first copies all that it is cut from.
 */
type Shape = readonly number[]

const stridesOf = (shape: Shape): Shape => {
  const strides = new Array<number>(shape.length)
  let bytes = BYTES
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = bytes
    bytes *= shape[axis] as number
  }
  return strides
}

const offset = (strides: Shape, place: Shape): number =>
  place.reduce((sum, i, axis) => sum + i * (strides[axis] as number), 0)

interface Place {
  readonly at: number
  readonly shape: Shape
  /** Of the first element. */
  readonly begin: Shape
}

/** `size` elements, from a place in one tensor to a place in another of the same rank. */
const part = (backend: WasmBackend, size: Shape, x: Place, y: Place): void => {
  const [from, to] = [stridesOf(x.shape), stridesOf(y.shape)]
  const axes = size.map((n, axis) => ({ size: n, from: from[axis] as number, to: to[axis] as number }))
  move(backend, axes, x.at + offset(from, x.begin), y.at + offset(to, y.begin))
}

const along = (shape: Shape, axis: number, n: number): number[] => shape.map((d, i) => (i === axis ? n : d))
const start = (shape: Shape, axis: number, n: number): number[] => shape.map((_, i) => (i === axis ? n : 0))

interface Given<Inputs, Attrs> {
  readonly inputs: Inputs
  readonly attrs: Attrs
  readonly backend: WasmBackend
}

const origin = (shape: Shape): Shape => shape.map(() => 0)

interface Cut {
  readonly begin: Shape
  readonly size: Shape
}

const cut = (backend: WasmBackend, { dataId, shape, dtype }: TensorInfo, cuts: readonly Cut[]): TensorInfo[] => {
  const write = (to: readonly number[]): void => {
    for (const [i, { begin, size }] of cuts.entries()) {
      const y = { at: to[i] as number, shape: size, begin: origin(size) }
      part(backend, size, { at: address(backend, dataId), shape, begin }, y)
    }
  }
  const sizes = cuts.map(({ size }) => size)
  return outputs(backend, sizes, write, dtype)
}

const slice = ({ inputs: { x }, attrs, backend }: Given<{ x: TensorInfo }, { begin: number[]; size: number[] }>) => {
  const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [number[], number[]]
  if (begin.some((b, axis) => b < 0 || b + (size[axis] as number) > (x.shape[axis] as number)))
    throw mistake('slice', `[${begin}] + [${size}] passes the end of [${x.shape}]`, 'a part of it')
  return cut(backend, x, [{ begin, size }])[0] as TensorInfo
}

type Split = { readonly numOrSizeSplits: number | number[]; readonly axis: number }

const split = ({
  inputs: { x },
  attrs: { numOrSizeSplits, axis: given },
  backend,
}: Given<{ x: TensorInfo }, Split>) => {
  const [axis] = util.parseAxisParam(given, x.shape) as [number]
  let next = 0
  const cuts = backend_util.prepareSplitSize(x as never, numOrSizeSplits, axis).map((n) => {
    const from = next
    next += n
    return { begin: start(x.shape, axis, from), size: along(x.shape, axis, n) }
  })
  return cut(backend, x, cuts)
}

const unpack = ({ inputs: { value: x }, attrs, backend }: Given<{ value: TensorInfo }, { axis: number }>) => {
  const [axis] = util.parseAxisParam(attrs.axis, x.shape) as [number]
  const size = along(x.shape, axis, 1)
  const cuts = Array.from({ length: x.shape[axis] as number }, (_, i) => ({ begin: start(x.shape, axis, i), size }))
  const shape = x.shape.filter((_, i) => i !== axis)
  return cut(backend, x, cuts).map((y) => ({ ...y, shape }))
}

/** Tensors of these shapes, one behind the other along an axis. */
const joined = (backend: WasmBackend, xs: readonly TensorInfo[], axis: number): TensorInfo => {
  const [first] = xs as [TensorInfo]
  const shape = backend_util.computeOutShape(
    xs.map((x) => x.shape),
    axis,
  )
  const write = (at: number): void => {
    let next = 0
    for (const { dataId, shape: size } of xs) {
      const x = { at: address(backend, dataId), shape: size, begin: origin(size) }
      part(backend, size, x, { at, shape, begin: start(shape, axis, next) })
      next += size[axis] as number
    }
  }
  return output(backend, shape, write, first.dtype)
}

const concat = ({ inputs: xs, attrs, backend }: Given<TensorInfo[], { axis: number }>) => {
  const [axis] = util.parseAxisParam(attrs.axis, xs[0]?.shape as number[]) as [number]
  backend_util.assertParamsConsistent(
    xs.map((x) => x.shape),
    axis,
  )
  return joined(backend, xs, axis)
}

const pack = ({ inputs: xs, attrs: { axis }, backend }: Given<TensorInfo[], { axis: number }>) => {
  const [{ shape, dtype }] = xs as [TensorInfo]
  for (const [i, x] of xs.entries())
    if (x.shape.join() !== shape.join() || x.dtype !== dtype)
      throw mistake('stack', `tensor ${i} is [${x.shape}] of ${x.dtype}`, `[${shape}] of ${dtype}`)
  const place = axis < 0 ? axis + shape.length + 1 : axis
  return joined(
    backend,
    xs.map((x) => ({ ...x, shape: [...shape.slice(0, place), 1, ...shape.slice(place)] })),
    place,
  )
}

const transpose = ({ inputs: { x }, attrs: { perm }, backend }: Given<{ x: TensorInfo }, { perm: number[] }>) => {
  const shape = perm.map((axis) => x.shape[axis] as number)
  const long = perm.filter((_, i) => shape[i] !== 1)
  if (long.every((axis, i) => i === 0 || axis > (long[i - 1] as number))) {
    backend.incRef(x.dataId)
    return { dataId: x.dataId, dtype: x.dtype, shape }
  }
  const [from, to] = [stridesOf(x.shape), stridesOf(shape)]
  const axes = perm.map((axis, i) => ({ size: shape[i] as number, from: from[axis] as number, to: to[i] as number }))
  return output(backend, shape, (at) => move(backend, axes, address(backend, x.dataId), at), x.dtype)
}

const tile = ({ inputs: { x }, attrs: { reps }, backend }: Given<{ x: TensorInfo }, { reps: number[] }>) => {
  if (reps.length !== x.shape.length || !reps.every((n) => Number.isInteger(n) && n >= 0))
    throw mistake('tile', `reps is [${reps}]`, `${x.shape.length} whole numbers, 0 or more`)
  const shape = x.shape.map((d, axis) => d * (reps[axis] as number))
  const [from, to] = [stridesOf(x.shape), stridesOf(shape)]
  const axes = x.shape.flatMap((d, axis) => [
    { size: reps[axis] as number, from: 0, to: d * (to[axis] as number) },
    { size: d, from: from[axis] as number, to: to[axis] as number },
  ])
  return output(backend, shape, (at) => move(backend, axes, address(backend, x.dataId), at), x.dtype)
}

/** Elements of four bytes; tfjs's own kernels move the others. */
const ofFourBytes =
  (kernel: (given: never) => TensorInfo | TensorInfo[]) =>
  (own: KernelFunc): KernelFunc =>
  (given) => {
    const { dtype } = Object.values(given.inputs)[0] as TensorInfo
    return dtype === 'float32' || dtype === 'int32' ? kernel(given as never) : own(given)
  }

export const layouts: readonly Kernel[] = [
  { name: Concat, kernel: ofFourBytes(concat) },
  { name: Pack, kernel: ofFourBytes(pack) },
  { name: Slice, kernel: ofFourBytes(slice) },
  { name: SplitV, kernel: ofFourBytes(split) },
  { name: Tile, kernel: ofFourBytes(tile) },
  { name: Transpose, kernel: ofFourBytes(transpose) },
  { name: Unpack, kernel: ofFourBytes(unpack) },
]
