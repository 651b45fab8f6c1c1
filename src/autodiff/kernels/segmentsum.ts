import {
  broadcast_util,
  type KernelFunc,
  type TensorInfo,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core'
import { f32x4, get, i32, seq, set, when } from '../../expr/instruction.js'
import { mistake, under } from '../../failure.js'
import { address, output, type WasmBackend } from '../../kernel/heap.js'
import { advance, along, BYTES, type Call, type CLEAR, clear, fn, inStrides, load, store } from './block.js'
import type { Kernel } from './kernel.js'
import { moduleOf } from './module.js'

/**
 * Rows added up by the number of their segment, which is what gathering rows has for a gradient (embeddings):
 *
 *     Y[s, …] = Σ X[n, …]   over n with ids[n] = s         float32; a number that is no segment's, negative ones too, adds nothing
 *
 * Of ids with more axes the first is n's, the others are broadcast to the last ones of X, as tfjs's CPU kernel has it. That one
 * multiplies all of X by 0 or 1 for each segment: 10,000 segments pass over X 10,000 times, and a NaN reaches them all. Here each
 * row is read once and reaches its own.
 */
interface Scatter {
  readonly clear: Call<typeof CLEAR>
  readonly scatter: Call<typeof SCATTER>
}

const SCATTER = ['ids', 'idRow', 'from', 'fromRow', 'to', 'toRow', 'segments', 'rows', 'columns'] as const

const scatter = fn('scatter', SCATTER, (p, local) => {
  const { ids, idRow, from, fromRow, to, toRow, segments, rows, columns } = p
  const [id, source, target] = [local('i32'), local('i32'), local('i32')]
  return inStrides(get(rows), [1], local, () =>
    seq(
      set(id, i32.load(get(ids))),
      // Unsigned, so that negative ones are large.
      when(
        i32.ltU(get(id), get(segments)),
        seq(
          set(source, get(from)),
          set(target, i32.add(get(to), i32.mul(get(id), get(toRow)))),
          along(columns, [source, target], local, (width, i) =>
            store(width, target, f32x4.add(load(width, target, i), load(width, source, i)), i),
          ),
        ),
      ),
      advance(ids, get(idRow)),
      advance(from, get(fromRow)),
    ),
  )
})

const scatterOf = moduleOf<Scatter>([clear, scatter])

/** Bytes from one element to the next along each axis of a shape that is broadcast to so many axes; 0 where it is repeated. */
const steps = (shape: readonly number[], rank: number): readonly number[] =>
  [...Array<number>(rank - shape.length).fill(1), ...shape].map((size, axis, all) =>
    size === 1 ? 0 : util.sizeFromShape(all.slice(axis + 1)) * BYTES,
  )

interface Operands {
  readonly inputs: { readonly x: TensorInfo; readonly segmentIds: TensorInfo }
  readonly backend: WasmBackend
  readonly attrs: UnsortedSegmentSumAttrs
}

const segmentSum = ({ inputs: { x, segmentIds }, backend, attrs: { numSegments } }: Operands): TensorInfo => {
  const who = 'unsortedSegmentSum'
  const { shape } = segmentIds
  if (x.dtype !== 'float32') throw mistake(who, `x is ${x.dtype}`, 'float32')
  if (segmentIds.dtype !== 'int32') throw mistake(who, `segmentIds is ${segmentIds.dtype}`, 'int32')
  if (x.shape.length + shape.length === 0) throw mistake(who, 'x is []', 'rows, or a number for each')
  if (!(Number.isInteger(numSegments) && numSegments >= 0))
    throw mistake(who, `numSegments is ${numSegments}`, 'a whole number, 0 or more')
  const between = Array<number>(Math.max(0, x.shape.length - shape.length)).fill(1)
  const ids = [...shape.slice(0, 1), ...between, ...shape.slice(1)]
  const whole = under(who, () => broadcast_util.assertAndGetBroadcastShape(x.shape, ids))
  const [idSteps, xSteps] = [steps(ids, whole.length), steps(x.shape, whole.length)]
  const [rows, ...axes] = whole as [number, ...number[]]
  // The last axes, along which the id stays and x goes on, are a row.
  const repeated =
    axes.map((size, i) => size !== 1 && (idSteps[i + 1] !== 0 || xSteps[i + 1] === 0)).lastIndexOf(true) + 1
  const columns = util.sizeFromShape(axes.slice(repeated))
  const outer = axes.slice(0, repeated)
  const size = util.sizeFromShape(axes)
  const [xAt, idsAt] = [address(backend, x.dataId), address(backend, segmentIds.dataId)]
  const w = scatterOf(backend)
  return output(backend, [numSegments, ...axes], (at) => {
    w.clear(at, 0, 1, numSegments * size)
    for (let i = 0; i < util.sizeFromShape(outer); i++) {
      const place = util.indexToLoc(i, outer.length, util.computeStrides(outer))
      const offset = (all: readonly number[]) => place.reduce((sum, n, axis) => sum + n * (all[axis + 1] as number), 0)
      const [id, from, to] = [idsAt + offset(idSteps), xAt + offset(xSteps), at + i * columns * BYTES]
      const [idStep, xStep] = [idSteps[0] as number, xSteps[0] as number]
      w.scatter(id, idStep, from, xStep, to, size * BYTES, numSegments, rows, columns)
    }
  })
}

export const unsortedSegmentSum: Kernel = {
  name: UnsortedSegmentSum,
  kernel: () => segmentSum as unknown as KernelFunc,
}
