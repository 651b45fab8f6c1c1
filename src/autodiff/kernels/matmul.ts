import {
  BatchMatMul,
  type BatchMatMulAttrs,
  broadcast_util,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { mistake } from '../../failure.js'
import { address, output, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import type { Kernel } from './kernel.js'
import { product, workbench } from './product.js'

/**
 * Products of matrices on tfjs's WebAssembly heap, in place of its own kernel:
 *
 *     C[…, i, j] = Σₖ A[…, i, k] · B[…, k, j]          float32; either factor may be transposed in memory
 *
 * with the dimensions before the last two broadcast. The same inputs give the same bits.
 *
 * tfjs's kernel is fast without transposes and batches, and then keeps a packed copy of B until B is disposed: after a
 * write in place it multiplies by the old values. This one keeps nothing and is as fast in every case: 33 Gflop/s for
 * 256 × 256 by 256 × 256, where tfjs has 26 with its copy, 22 when it must make it, and 1 to 2 transposed or in batches.
 */

/** Which of a tensor's matrices is the i-th of the batch that its dimensions are broadcast to. */
const nth = (own: number[], batch: number[]): ((i: number) => number) => {
  const size = util.sizeFromShape(own)
  if (size === 1) return () => 0
  if (size === util.sizeFromShape(batch)) return (i) => i
  const dims = [...batch.map(() => 1), ...own].slice(-batch.length)
  const after = (shape: number[], axis: number): number => util.sizeFromShape(shape.slice(axis + 1))
  const axes = dims.map((size, axis) => ({ size, every: after(batch, axis), step: after(dims, axis) }))
  return (i) => axes.reduce((sum, { size, every, step }) => sum + (Math.floor(i / every) % size) * step, 0)
}

interface Operands {
  readonly inputs: { readonly a: TensorInfo; readonly b: TensorInfo }
  readonly backend: WasmBackend
  readonly attrs: BatchMatMulAttrs
}

/** Rows and columns, as the product sees them. */
const sizes = (name: string, { shape, dtype }: TensorInfo, transposed: boolean): readonly [number, number] => {
  const [rows, columns] = shape.slice(-2)
  if (dtype !== 'float32') throw mistake('matMul', `${name} is ${dtype}`, 'float32')
  if (rows === undefined || columns === undefined)
    throw mistake('matMul', `${name} is [${shape}]`, 'a matrix or a batch of matrices')
  return transposed ? [columns, rows] : [rows, columns]
}

const matMul = ({ inputs: { a, b }, backend, attrs: { transposeA, transposeB } }: Operands): TensorInfo => {
  const [[m, k], [inner, n]] = [sizes('a', a, transposeA), sizes('b', b, transposeB)]
  if (inner !== k)
    throw mistake(
      'matMul',
      `[${a.shape}]${transposeA ? ' transposed' : ''} by [${b.shape}]${transposeB ? ' transposed' : ''} has inner sizes ${k} and ${inner}`,
      'equal ones',
    )
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const batch = broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch)
  const w = workbench(backend)
  const A = transposeA ? { down: BYTES, right: m * BYTES } : { down: k * BYTES, right: BYTES }
  const B = transposeB ? { down: BYTES, right: k * BYTES } : { down: n * BYTES, right: BYTES }
  const [aAt, bAt] = [address(backend, a.dataId), address(backend, b.dataId)]
  const count = util.sizeFromShape(batch)
  return output(backend, [...batch, m, n], (cAt) => {
    if (!transposeA && util.sizeFromShape(bBatch) === 1) return product(w, A, B, [count * m, n, k])(aAt, bAt, cAt)
    const multiply = product(w, A, B, [m, n, k])
    const [aNth, bNth] = [nth(aBatch, batch), nth(bBatch, batch)]
    for (let i = 0; i < count; i++)
      multiply(aAt + aNth(i) * m * k * BYTES, bAt + bNth(i) * k * n * BYTES, cAt + i * m * n * BYTES)
  })
}

export const batchMatMul: Kernel = { name: BatchMatMul, kernel: () => matMul as unknown as KernelFunc }
