import { gather, slice, Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { brief, mistake } from '../failure.js'
import { integers, mixed } from '../random.js'
import { dispose, entries, rebuild, type Tree } from '../tree.js'

/**
 * Mini-batches: the same examples in every epoch, in another order.
 *
 * `data` is a list of examples, and a batch is an array of some of them; or a tree of tensors whose first axes are the
 * examples (`{ x: [n, 784], y: [n, 10] }`), and a batch is the same tree with fewer rows: tensors that live until the next
 * batch is asked for.
 */
export interface Batching {
  /** Examples a batch. */
  readonly size: number
  /**
   * `true` shuffles all examples anew before each epoch, a number within a window of so many neighbours, `false` not at all.
   */
  readonly shuffle?: boolean | number
  /** What the order is made of: equal seeds, equal orders. */
  readonly seed?: number
  /** How often all examples are seen; without end, if nothing is said. */
  readonly epochs?: number
  /** Whether the last batch of an epoch is left out where it is not full. */
  readonly dropLast?: boolean
  /** How many batches were had already: the `t` of a carry with which a run goes on. */
  readonly after?: number
}

export function batches<A>(data: readonly A[], options: Batching): Generator<A extends Tensor ? readonly A[] : A[]>
export function batches<D extends Tree<Tensor>>(data: D, options: Batching): Generator<D>
export function* batches(data: unknown, options: Batching): Generator<unknown> {
  const { size, shuffle = true, seed = 0, epochs = Number.POSITIVE_INFINITY, dropLast = false, after = 0 } = options
  check('size', size)
  if (epochs !== Number.POSITIVE_INFINITY) check('epochs', epochs)
  if (typeof shuffle === 'number') check('shuffle', shuffle)
  check('after', after, 0)
  const { n, take } = examplesOf(data)
  if (n === 0 || (dropLast && n < size))
    throw mistake('batches', `there are ${n} examples`, `at least ${dropLast ? size : 1}`)
  const last = dropLast ? n - (n % size) : n
  const each = Math.ceil(last / size)
  const first = Math.floor(after / each)
  for (let epoch = first; epoch < epochs; epoch++) {
    const order = orderOf(n, shuffle, mixed(seed, epoch))
    for (let from = epoch === first ? (after % each) * size : 0; from < last; from += size) {
      const batch = take(order.subarray(from, Math.min(from + size, last)), shuffle === false)
      try {
        yield batch
      } finally {
        dispose(batch)
      }
    }
  }
}

const check = (name: string, x: number, least = 1): void => {
  if (!Number.isInteger(x) || x < least)
    throw mistake('batches', `${name} is ${brief(x)}`, `a whole number from ${least}`)
}

interface Examples {
  readonly n: number
  /** The examples with these indices; `adjoining` where they are neighbours in order. */
  take(indices: Int32Array, adjoining: boolean): unknown
}

const examplesOf = (data: unknown): Examples => {
  if (Array.isArray(data) && !(data[0] instanceof Tensor))
    return { n: data.length, take: (indices) => Array.from(indices, (i) => data[i] as unknown) }
  const columns = entries(data).map(([path, x]) => columnOf(path, x))
  const n = columns[0]?.shape[0] ?? 0
  for (const [i, { shape }] of columns.entries())
    if (shape[0] !== n)
      throw mistake(
        'batches',
        `leaf "${entries(data)[i]?.[0]}" of data has ${shape[0]} rows`,
        `${n}, as the first leaf has`,
      )
  const take = (indices: Int32Array, adjoining: boolean) =>
    rebuild(
      data,
      tidy(() => {
        const at = tensor1d(indices, 'int32')
        return columns.map((x) => (adjoining ? slice(x, indices[0] as number, indices.length) : gather(x, at)))
      }),
    )
  return { n, take }
}

const columnOf = (path: string, x: unknown): Tensor => {
  if (x instanceof Tensor && x.rank > 0) return x
  throw mistake(
    'batches',
    `leaf "${path}" of data is ${brief(x)}`,
    'an array of examples, or tensors with the examples on their first axis',
  )
}

/** The order in which an epoch goes through its examples. */
const orderOf = (n: number, shuffle: boolean | number, seed: number): Int32Array => {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  if (shuffle === false) return order
  const random = integers(seed)
  const window = shuffle === true ? n : shuffle
  // A window of the next examples: the one that is drawn changes places with the first, and the one after the window comes in.
  for (let i = 0; i < n; i++) {
    const j = i + random(Math.min(window, n - i))
    const drawn = order[j] as number
    order[j] = order[i] as number
    order[i] = drawn
  }
  return order
}
