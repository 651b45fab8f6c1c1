import {
  backend_util,
  Einsum,
  type EinsumAttrs,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  Multiply,
  Sum,
  type TensorInfo,
  Transpose,
  util,
} from '@tensorflow/tfjs-core'
import { mistake, under } from '../../failure.js'
import { output, type WasmBackend } from '../../kernel/heap.js'
import { contract, type Labelled } from './contraction.js'
import type { Kernel } from './kernel.js'

/**
 * `tf.einsum` for one or two operands: axes that only one of them has and the result has not are summed first, then the
 * operands are contracted, as products of matrices (`contraction`), or multiplied where no axis is summed.
 *
 * Equations as tfjs has them: an arrow, no ellipsis, no axis twice in an operand. Of `ij,k->ik`, where one operand has no
 * axis that is summed, tfjs's CPU kernel forgets that operand; here it counts. An axis twice in the result is refused.
 */
interface Operands {
  readonly inputs: readonly TensorInfo[] | Readonly<Record<string, TensorInfo>>
  readonly backend: WasmBackend
  readonly attrs: EinsumAttrs
}

/** What the equation says, checked: labels are numbers, those of the result come first. */
const read = (equation: string, tensors: readonly TensorInfo[]) => {
  const who = 'einsum'
  const { allDims, summedDims, idDims } = under(who, () => backend_util.decodeEinsumEquation(equation, tensors.length))
  for (const [i, { shape, dtype }] of tensors.entries()) {
    if (dtype !== 'float32') throw mistake(who, `operand ${i} is ${dtype}`, 'float32')
    if (shape.length !== idDims[i]?.length)
      throw mistake(who, `operand ${i} of "${equation}" is [${shape}]`, `${idDims[i]?.length} axes`)
  }
  const [, result = ''] = equation.replace(/\s/g, '').split('->')
  if (new Set(result).size !== result.length) throw mistake(who, `"${equation}"`, 'each axis once in the result')
  under(who, () => backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never))
  const sizes = allDims.map((_, axis) => {
    const operand = idDims.findIndex((axes) => axes.includes(axis))
    return tensors[operand]?.shape[(idDims[operand] as number[]).indexOf(axis)] as number
  })
  return { sizes, out: allDims.map((_, axis) => axis).slice(0, allDims.length - summedDims.length), idDims }
}

const einsum = ({ inputs, backend, attrs: { equation } }: Operands): TensorInfo => {
  const tensors = Object.values(inputs)
  const { sizes, out, idDims } = read(equation, tensors)
  const shapeOf = (axes: readonly number[]): number[] => axes.map((axis) => sizes[axis] as number)
  if (sizes.includes(0))
    return output(backend, shapeOf(out), (at) =>
      backend.wasm.HEAPF32.fill(0, at / 4, at / 4 + util.sizeFromShape(shapeOf(out))),
    )

  const made = new Set<object>()
  const run = (name: string, operands: Readonly<Record<string, TensorInfo>>, options: object): TensorInfo => {
    const kernel = getKernel(name, 'wasm') as KernelConfig
    const result = kernel.kernelFunc({ inputs: { ...operands }, backend, attrs: options as never }) as TensorInfo
    made.add(result.dataId)
    return result
  }
  const info = ({ dataId, axes }: Labelled, shape = shapeOf(axes)): TensorInfo => ({ dataId, shape, dtype: 'float32' })
  const arrange = (x: Labelled, axes: readonly number[]): Labelled => {
    if (util.arraysEqual(x.axes as number[], axes as number[])) return x
    const perm = axes.map((axis) => x.axes.indexOf(axis))
    return { dataId: run(Transpose, { x: info(x) }, { perm }).dataId, axes }
  }
  const withoutSums = (x: Labelled, needed: readonly number[]): Labelled => {
    const axis = x.axes.flatMap((a, i) => (needed.includes(a) ? [] : [i]))
    if (axis.length === 0) return x
    const { dataId } = run(Sum, { x: info(x) }, { axis, keepDims: false })
    return { dataId, axes: x.axes.filter((a) => needed.includes(a)) }
  }
  const spread = (x: Labelled): TensorInfo =>
    info(
      x,
      out.map((axis) => (x.axes.includes(axis) ? (sizes[axis] as number) : 1)),
    )
  const combined = ([x, y]: readonly Labelled[]): Labelled => {
    if (!x) throw mistake('einsum', 'no operand', 'one or two')
    if (!y) return arrange(withoutSums(x, out), out)
    const [a, b] = [withoutSums(x, [...out, ...y.axes]), withoutSums(y, [...out, ...x.axes])]
    if (a.axes.some((axis) => b.axes.includes(axis) && !out.includes(axis))) {
      const c = contract(a, b, { backend, sizes, out, arrange })
      made.add(c.dataId)
      return arrange(c, out)
    }
    const [p, q] = [a, b].map((z) =>
      spread(
        arrange(
          z,
          out.filter((axis) => z.axes.includes(axis)),
        ),
      ),
    )
    return { dataId: run(Multiply, { a: p as TensorInfo, b: q as TensorInfo }, {}).dataId, axes: out }
  }
  let kept: object | undefined
  try {
    const { dataId } = combined(tensors.map(({ dataId }, i) => ({ dataId, axes: idDims[i] as number[] })))
    if (!made.has(dataId)) backend.incRef(dataId)
    kept = dataId
    return { dataId, shape: shapeOf(out), dtype: 'float32' }
  } finally {
    for (const dataId of made) if (dataId !== kept) backend.disposeData(dataId)
  }
}

export const einsumKernel: Kernel = { name: Einsum, kernel: () => einsum as unknown as KernelFunc }
