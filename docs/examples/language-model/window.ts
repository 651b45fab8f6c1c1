import { setImmediate } from 'node:timers/promises'
import { type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { batches, tree } from 'gradus'
import { lossOf, type Params, type Size } from './model.ts'

/** Windows of a text, a row each: what is seen, [windows, context], and what follows each symbol of it. */
export type Batch = { readonly inputs: Tensor2D; readonly targets: Tensor2D }

export const batchAt = (ids: Uint8Array, starts: readonly number[], context: number): Batch => {
  const rows = (shift: number): Tensor2D => {
    const numbers = new Int32Array(starts.length * context)
    for (const [row, start] of starts.entries())
      numbers.set(ids.subarray(start + shift, start + shift + context), row * context)
    return tensor2d(numbers, [starts.length, context], 'int32')
  }
  return { inputs: rows(0), targets: rows(1) }
}

/** `steps` batches of windows in an order made of the seed; each is gone when the next is asked for. */
export function* shuffled(
  ids: Uint8Array,
  starts: readonly number[],
  { context, size, seed, steps }: { context: number; size: number; seed: number; steps: number },
): Generator<Batch> {
  const order = batches(starts, { size, seed, dropLast: true })
  for (let step = 0; step < steps; step++) {
    const batch = batchAt(ids, order.next().value as number[], context)
    try {
      yield batch
    } finally {
      tree.dispose(batch)
    }
  }
}

const ROWS = 16

/** The mean loss over windows, each of which counts the same; nothing, if the signal came before the end. */
export const evaluate = async (
  size: Size,
  params: Params,
  ids: Uint8Array,
  starts: readonly number[],
  signal: AbortSignal,
): Promise<number | undefined> => {
  let sum = 0
  for (let i = 0; i < starts.length; i += ROWS) {
    const some = starts.slice(i, i + ROWS)
    const loss = tidy(() => {
      const { inputs, targets } = batchAt(ids, some, size.context)
      return lossOf(size, params, inputs, targets).dataSync()[0] as number
    })
    sum += loss * some.length
    await setImmediate()
    if (signal.aborted) return undefined
  }
  return sum / starts.length
}
