import {
  BatchMatMul,
  type BatchMatMulAttrs,
  broadcast_util,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { mistake } from '../../failure.js'
import { address, instantiate, isShared, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import { type Gemm, gemm, NARROW, WIDE } from './gemm.js'
import type { Replacement } from './replacement.js'

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

/** A block of B: in panels (24 kB) it fits the first cache, whole (384 kB) the second. A passes it strip by strip. */
const DEPTH = 384
const COLUMNS = 256
const STRIP = 32
const STRIP_ROW = DEPTH * BYTES

/** Up to so many rows, panels cost more than they save: 16 × 784 by 784 × 256 takes 0.22 ms without, 0.25 with. */
const FEW_ROWS = 16
/** The same where B lies column by column: 3 rows take 59 µs without, 88 with. */
const FEW_DOTS = 4

/** Bytes from a row to the one below, and from a column to the one on its right; one of the two is `BYTES`. */
interface Layout {
  readonly down: number
  readonly right: number
}

const flip = ({ down, right }: Layout): Layout => ({ down: right, right: down })

/** C = A·B for the matrices at three addresses. */
type Product = (a: number, b: number, c: number) => void

/** The functions, and memory to work in: a block of B, a strip of A, the columns of C past the last full panel. */
interface Workbench extends Gemm {
  readonly a: number
  readonly b: number
  readonly c: number
}

const LINE = 64

const workbench = (backend: WasmBackend): Workbench => {
  const exports = instantiate(backend, gemm(isShared(backend))) as unknown as Gemm
  const [forA, forB, forC] = [STRIP * STRIP_ROW, COLUMNS * DEPTH * BYTES, STRIP * WIDE * BYTES]
  const b = Math.ceil((backend.wasm._malloc(forA + forB + forC + LINE) >>> 0) / LINE) * LINE
  // A sum of no products: clears it. A panel's unused columns reach no result, but subnormals in them would take time.
  exports.rows(0, 0, 0, 0, 0, b, 0, 1, (forA + forB + forC) / BYTES, 0)
  return { ...exports, b, a: b + forB, c: b + forB + forA }
}

const workbenches = new WeakMap<WasmBackend, Workbench>()

const workbenchOf = (backend: WasmBackend): Workbench => {
  const made = workbenches.get(backend) ?? workbench(backend)
  workbenches.set(backend, made)
  return made
}

/** The narrowest panel that holds so many columns. */
const panelWidth = (columns: number): number => (columns > NARROW ? WIDE : NARROW)

/** Block by block: every strip of A passes every panel of B while both are near. */
const blocked = (w: Workbench, A: Layout, B: Layout, m: number, n: number, k: number): Product => {
  const depth = Math.ceil(k / Math.ceil(k / DEPTH))
  const inPlace = A.right === BYTES
  const aRow = inPlace ? A.down : STRIP_ROW
  const cRow = n * BYTES

  const layPanels = (b: number, columns: number, ks: number): void => {
    for (let j = 0; j < columns; j += WIDE) {
      const width = Math.min(WIDE, columns - j)
      const [from, to, row] = [b + j * B.right, w.b + j * ks * BYTES, panelWidth(width) * BYTES]
      if (B.right === BYTES) w.copy(from, B.down, to, row, ks, width)
      else w.transpose(from, B.right, to, row, width, ks)
    }
  }

  /** The last panel, if it is not full, makes its columns of C elsewhere. */
  const passPanels = (a: number, c: number, rows: number, columns: number, ks: number, add: 0 | 1): void => {
    const past = columns % WIDE
    const full = columns - past
    w.wide(a, aRow, w.b, WIDE * ks * BYTES, c, cRow, rows, full / WIDE, ks, add)
    if (past === 0) return
    const [last, row, tiles] = [c + full * BYTES, panelWidth(past) * BYTES, past > NARROW ? w.wide : w.narrow]
    if (add) w.copy(last, cRow, w.c, row, rows, past)
    tiles(a, aRow, w.b + full * ks * BYTES, 0, w.c, row, rows, 1, ks, add)
    w.copy(w.c, row, last, cRow, rows, past)
  }

  return (a, b, c) => {
    for (let j = 0; j < n; j += COLUMNS) {
      const columns = Math.min(COLUMNS, n - j)
      for (let p = 0; p < k; p += depth) {
        const ks = Math.min(depth, k - p)
        layPanels(b + p * B.down + j * B.right, columns, ks)
        for (let i = 0; i < m; i += STRIP) {
          const rows = Math.min(STRIP, m - i)
          const strip = a + i * A.down + p * A.right
          if (!inPlace) w.transpose(strip, A.right, w.a, STRIP_ROW, ks, rows)
          passPanels(inPlace ? strip : w.a, c + i * cRow + j * BYTES, rows, columns, ks, p === 0 ? 0 : 1)
        }
      }
    }
  }
}

const product = (w: Workbench, A: Layout, B: Layout, m: number, n: number, k: number): Product => {
  if (n === 1 && m > 1) {
    // A column lies in memory as its transpose does, a row: Cᵀ = Bᵀ·Aᵀ has one row.
    const flipped = product(w, flip(B), flip(A), 1, m, k)
    return (a, b, c) => flipped(b, a, c)
  }
  if (k === 0 || (m <= FEW_ROWS && B.right === BYTES))
    return (a, b, c) => w.rows(a, A.down, A.right, b, B.down, c, n * BYTES, m, n, k)
  if (m <= FEW_DOTS && A.right === BYTES) return (a, b, c) => w.dots(a, A.down, b, B.right, c, n * BYTES, m, n, k)
  return blocked(w, A, B, m, n, k)
}

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
  const out = backend.makeOutput([...batch, m, n], 'float32')
  const w = workbenchOf(backend)
  const A = transposeA ? { down: BYTES, right: m * BYTES } : { down: k * BYTES, right: BYTES }
  const B = transposeB ? { down: BYTES, right: k * BYTES } : { down: n * BYTES, right: BYTES }
  const [aAt, bAt, cAt] = [address(backend, a.dataId), address(backend, b.dataId), address(backend, out.dataId)]
  const count = util.sizeFromShape(batch)
  if (!transposeA && util.sizeFromShape(bBatch) === 1) {
    product(w, A, B, count * m, n, k)(aAt, bAt, cAt)
    return out
  }
  const multiply = product(w, A, B, m, n, k)
  const [aNth, bNth] = [nth(aBatch, batch), nth(bBatch, batch)]
  for (let i = 0; i < count; i++)
    multiply(aAt + aNth(i) * m * k * BYTES, bAt + bNth(i) * k * n * BYTES, cAt + i * m * n * BYTES)
  return out
}

export const batchMatMul: Replacement = { name: BatchMatMul, kernel: () => matMul as unknown as KernelFunc }
