import {
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  broadcast_util,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { address, instantiate, isShared, type WasmBackend } from '../kernel/heap.ts'
import { BYTES, type Gemm, gemm, NARROW, WIDE } from './gemm.ts'

/**
 * The product of matrices over TensorFlow.js's WebAssembly heap, in place of tfjs's own kernel: as fast with a transposed
 * factor and in batches as without, and without a packed copy of the right-hand side that outlives a write in place.
 *
 *     C[…, i, j] = Σₖ A[…, i, k] · B[…, k, j]          float32, summed in the order of k
 *
 * C is made block by block: `DEPTH` of the k, `COLUMNS` of B laid out in panels a tile wide, `ROWS` of A. A panel
 * (16 kB) stays in the first cache while the rows pass it, the rows (128 kB) in the second while the panels pass.
 */
const DEPTH = 256
const ROWS = 128
const COLUMNS = 512

/** Up to so many rows, a panel would cost more to lay out than it saves. */
const THIN = 8

/** Distances in bytes: from a row to the one below, from a column to the one to its right; one of them is `BYTES`. */
interface Matrix {
  readonly at: number
  readonly down: number
  readonly right: number
}

const matrix = (at: number, columns: number, transposed: boolean): Matrix =>
  transposed ? { at, down: BYTES, right: columns * BYTES } : { at, down: columns * BYTES, right: BYTES }
const transpose = ({ at, down, right }: Matrix): Matrix => ({ at, down: right, right: down })
const element = ({ at, down, right }: Matrix, i: number, j: number): number => at + i * down + j * right

/** The functions, and the memory they lay blocks out in: `b` for panels, `a` for rows, `c` for the columns past the last full panel. */
interface Machine extends Gemm {
  readonly a: number
  readonly b: number
  readonly c: number
}

/** A row that is not a power of two long: the columns of a transposed block then fall into different cache lines' sets. */
const ROW = (DEPTH + 4) * BYTES

const machine = (backend: WasmBackend): Machine => {
  const { copy, transpose, wide, narrow, thin } = instantiate(backend, gemm(isShared(backend))) as unknown as Gemm
  const [b, a, c] = [DEPTH * COLUMNS * BYTES, ROWS * ROW, ROWS * WIDE * BYTES]
  const line = 64
  const at = Math.ceil((backend.wasm._malloc(a + b + c + line) >>> 0) / line) * line
  return { copy, transpose, wide, narrow, thin, b: at, a: at + b, c: at + b + a }
}

const machines = new WeakMap<WasmBackend, Machine>()
const machineOf = (backend: WasmBackend): Machine => {
  const known = machines.get(backend) ?? machine(backend)
  machines.set(backend, known)
  return known
}

/** `to[k][j] = b[k0 + k][j0 + j]`, rows of `width`. */
const layPanel = (
  g: Machine,
  b: Matrix,
  k0: number,
  j0: number,
  k: number,
  columns: number,
  to: number,
  width: number,
) => {
  const from = element(b, k0, j0)
  if (b.right === BYTES) g.copy(from, b.down, to, width * BYTES, k, columns)
  else g.transpose(from, b.right, to, width * BYTES, columns, k)
}

const product = (g: Machine, a: Matrix, b: Matrix, c: Matrix, m: number, n: number, k: number) => {
  if (k === 0 || (m <= THIN && b.right === BYTES)) {
    g.thin(a.at, a.down, a.right, b.at, b.down, c.at, c.down, m, n, k)
    return
  }
  const depth = Math.ceil(k / Math.ceil(k / DEPTH))
  for (let j0 = 0; j0 < n; j0 += COLUMNS) {
    const columns = Math.min(COLUMNS, n - j0)
    const panels = Math.floor(columns / WIDE)
    const edge = columns % WIDE
    const width = edge > NARROW ? WIDE : NARROW
    for (let k0 = 0; k0 < k; k0 += depth) {
      const ks = Math.min(depth, k - k0)
      const add = k0 > 0
      const panel = ks * WIDE * BYTES
      for (let p = 0; p < panels; p++) layPanel(g, b, k0, j0 + p * WIDE, ks, WIDE, g.b + p * panel, WIDE)
      if (edge > 0) layPanel(g, b, k0, j0 + panels * WIDE, ks, edge, g.b + panels * panel, width)
      for (let i0 = 0; i0 < m; i0 += ROWS) {
        const rows = Math.min(ROWS, m - i0)
        let [from, row] = [element(a, i0, k0), a.down]
        if (a.right !== BYTES) {
          g.transpose(from, a.right, g.a, ROW, ks, rows)
          ;[from, row] = [g.a, ROW]
        }
        const to = element(c, i0, j0)
        g.wide(from, row, g.b, panel, to, c.down, rows, panels, ks, add)
        if (edge > 0) {
          const last = to + panels * WIDE * BYTES
          if (add) g.copy(last, c.down, g.c, width * BYTES, rows, edge)
          const multiply = width === WIDE ? g.wide : g.narrow
          multiply(from, row, g.b + panels * panel, 0, g.c, width * BYTES, rows, 1, ks, add)
          g.copy(g.c, width * BYTES, last, c.down, rows, edge)
        }
      }
    }
  }
}

/** Where the i-th matrix of a batch lies, counted in matrices, when its dimensions are broadcast to `batch`. */
const nth = (own: readonly number[], batch: readonly number[]): ((i: number) => number) => {
  const size = util.sizeFromShape([...own])
  if (size === 1) return () => 0
  if (size === util.sizeFromShape([...batch])) return (i) => i
  const dims = [...batch.map(() => 1), ...own].slice(-batch.length)
  const strides = dims.map((d, axis) => (d === 1 ? 0 : util.sizeFromShape(dims.slice(axis + 1))))
  const places = util.computeStrides([...batch, 1])
  return (i) =>
    places.reduce((sum, p, axis) => sum + (Math.floor(i / p) % (batch[axis] ?? 1)) * (strides[axis] ?? 0), 0)
}

const kernelFunc = ({
  inputs,
  backend,
  attrs,
}: {
  inputs: BatchMatMulInputs
  backend: WasmBackend
  attrs: BatchMatMulAttrs
}): TensorInfo => {
  const { a, b } = inputs
  const { transposeA, transposeB } = attrs
  if (!a || !b) throw 1
  let [m = 0, k = 0] = a.shape.slice(-2)
  if (transposeA) [m, k] = [k, m]
  let [k2 = 0, n = 0] = b.shape.slice(-2)
  if (transposeB) [k2, n] = [n, k2]
  const batchA = a.shape.slice(0, -2)
  const batchB = b.shape.slice(0, -2)
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  const out = backend.makeOutput([...batch, m, n], 'float32')
  const g = machineOf(backend)
  const count = util.sizeFromShape(batch)
  const [ia, ib] = [nth(batchA, batch), nth(batchB, batch)]
  const [aAt, bAt, cAt] = [address(backend, a.dataId), address(backend, b.dataId), address(backend, out.dataId)]
  for (let i = 0; i < count; i++) {
    const aa = matrix(aAt + ia(i) * m * k * BYTES, transposeA ? m : k, transposeA)
    const bb = matrix(bAt + ib(i) * k * n * BYTES, transposeB ? k : n, transposeB)
    const cc = matrix(cAt + i * m * n * BYTES, n, false)
    if (n === 1 && m > 1) product(g, transpose(bb), transpose(aa), matrix(cc.at, m, false), 1, m, k)
    else product(g, aa, bb, cc, m, n, k)
  }
  return out
}

export const batchMatMul: KernelConfig = {
  kernelName: BatchMatMul,
  backendName: 'wasm',
  kernelFunc: kernelFunc as unknown as KernelFunc,
}
