import { allocate, instantiate, isShared, type WasmBackend } from '../../kernel/heap.js'
import { madeOnce } from '../../kernel/once.js'
import { BYTES } from './block.js'
import { type Gemm, gemm, NARROW, WIDE } from './gemm.js'

/**
 * The product of two matrices in memory, C = A·B or C += A·B with m × k by k × n: what matMul, convolutions and einsum are
 * made of. Rows of C may lie apart; of A and B either the rows or the columns may.
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
export interface Layout {
  readonly down: number
  readonly right: number
}

/** Of a matrix of so many columns, row by row. */
export const matrix = (columns: number): Layout => ({ down: columns * BYTES, right: BYTES })

export const flip = ({ down, right }: Layout): Layout => ({ down: right, right: down })

/** For the matrices at three addresses. */
export type Product = (a: number, b: number, c: number) => void

/** C's: bytes from a row to the one below; `add` for C += A·B. */
export interface Result {
  readonly cRow?: number
  readonly add?: boolean
}

/** The functions, and memory to work in: a block of B, a strip of A, the columns of C past the last full panel. */
export interface Workbench extends Gemm {
  readonly a: number
  readonly b: number
  readonly c: number
}

const LINE = 64

export const workbench = madeOnce((backend: WasmBackend): Workbench => {
  const exports = instantiate(backend, gemm(isShared(backend))) as unknown as Gemm
  const [forA, forB, forC] = [STRIP * STRIP_ROW, COLUMNS * DEPTH * BYTES, STRIP * WIDE * BYTES]
  const b = Math.ceil(allocate(backend, forA + forB + forC + LINE) / LINE) * LINE
  // A panel's unused columns reach no result, but subnormals in them would take time.
  exports.clear(b, 0, 1, (forA + forB + forC) / BYTES)
  return { ...exports, b, a: b + forB, c: b + forB + forA }
})

/** The narrowest panel that holds so many columns. */
const panelWidth = (columns: number): number => (columns > NARROW ? WIDE : NARROW)

/** Block by block: every strip of A passes every panel of B while both are near. */
const blocked = (
  w: Workbench,
  A: Layout,
  B: Layout,
  [m, n, k]: Sizes,
  { cRow, add: onTop }: Required<Result>,
): Product => {
  const depth = Math.ceil(k / Math.ceil(k / DEPTH))
  const inPlace = A.right === BYTES
  const aRow = inPlace ? A.down : STRIP_ROW

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
          passPanels(inPlace ? strip : w.a, c + i * cRow + j * BYTES, rows, columns, ks, p > 0 || onTop ? 1 : 0)
        }
      }
    }
  }
}

type Sizes = readonly [m: number, n: number, k: number]

export const product = (
  w: Workbench,
  A: Layout,
  B: Layout,
  [m, n, k]: Sizes,
  { cRow = n * BYTES, add = false }: Result = {},
): Product => {
  if (n === 1 && m > 1 && cRow === BYTES) {
    // A column lies in memory as its transpose does, a row: Cᵀ = Bᵀ·Aᵀ has one row.
    const flipped = product(w, flip(B), flip(A), [1, m, k], { add })
    return (a, b, c) => flipped(b, a, c)
  }
  const byColumns = B.down === BYTES && (n === 1 || B.right !== BYTES)
  if (k > 0 && m <= FEW_DOTS && A.right === BYTES && byColumns && !add)
    return (a, b, c) => w.dots(a, A.down, b, B.right, c, cRow, m, n, k)
  if (k === 0 || (m <= FEW_ROWS && B.right === BYTES))
    return (a, b, c) => w.rows(a, A.down, A.right, b, B.down, c, cRow, m, n, k, add ? 1 : 0)
  return blocked(w, A, B, [m, n, k], { cRow, add })
}
