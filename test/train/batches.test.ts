import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { type Batching, batches, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive, useBackend } from '../backends.ts'

beforeAll(useBackend)

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)
const count = fc.integer({ min: 1, max: 60 })
const seed = fc.integer()
const shuffle = fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 80 }))

/** The examples of each epoch, in order. */
const epochsOf = (n: number, options: Batching & { epochs: number }): number[][] => {
  const all = [...batches(upTo(n), options)].flat()
  const each = options.dropLast ? n - (n % options.size) : n
  return upTo(options.epochs).map((epoch) => all.slice(epoch * each, (epoch + 1) * each))
}

describe('the batches of a list', () => {
  test('have each example exactly once an epoch, however they are shuffled', () => {
    fc.assert(
      fc.property(count, count, seed, shuffle, (n, size, seed, shuffle) => {
        for (const epoch of epochsOf(n, { size, seed, shuffle, epochs: 3 }))
          expect([...epoch].sort((a, b) => a - b)).toEqual(upTo(n))
      }),
    )
  })

  test('are of the size asked for, but the last of an epoch, which has the rest', () => {
    fc.assert(
      fc.property(count, count, seed, shuffle, (n, size, seed, shuffle) => {
        const sizes = [...batches(upTo(n), { size, seed, shuffle, epochs: 2 })].map((batch) => batch.length)
        const epoch = [...new Array<number>(Math.floor(n / size)).fill(size), ...(n % size === 0 ? [] : [n % size])]
        expect(sizes).toEqual([...epoch, ...epoch])
      }),
    )
  })

  test('with dropLast are all of the size asked for, and no example is there twice an epoch', () => {
    fc.assert(
      fc.property(count, count, seed, shuffle, (n, size, seed, shuffle) => {
        fc.pre(n >= size)
        const options = { size, seed, shuffle, epochs: 2, dropLast: true }
        const found = [...batches(upTo(n), options)]
        expect(found.every((batch) => batch.length === size)).toBe(true)
        expect(found).toHaveLength(2 * Math.floor(n / size))
        for (const epoch of epochsOf(n, options)) expect(new Set(epoch).size).toBe(epoch.length)
      }),
    )
  })

  test('with dropLast leave other examples out in other epochs', () => {
    const epochs = epochsOf(25, { size: 10, epochs: 20, dropLast: true })
    expect(new Set(epochs.flat())).toEqual(new Set(upTo(25)))
  })

  test('come in another order every epoch', () => {
    fc.assert(
      fc.property(seed, (seed) => {
        const orders = epochsOf(30, { size: 7, seed, epochs: 4 }).map((epoch) => epoch.join())
        expect(new Set(orders).size).toBe(4)
        expect(orders).not.toContain(upTo(30).join())
      }),
    )
  })

  test('come in the same order from the same seed, in another from another', () => {
    fc.assert(
      fc.property(seed, shuffle, (seed, shuffle) => {
        const options = { size: 7, shuffle, epochs: 2 }
        expect(epochsOf(30, { ...options, seed })).toEqual(epochsOf(30, { ...options, seed }))
        if (shuffle === false || shuffle === 1) return
        if (typeof shuffle === 'boolean' || shuffle > 5)
          expect(epochsOf(30, { ...options, seed })).not.toEqual(epochsOf(30, { ...options, seed: seed + 1 }))
      }),
    )
  })

  test('come in order without shuffling, and within a window of one', () => {
    for (const shuffle of [false, 1])
      expect(epochsOf(10, { size: 3, shuffle, epochs: 2 })).toEqual([upTo(10), upTo(10)])
    expect([...batches(upTo(5), { size: 2, shuffle: false, epochs: 1 })]).toEqual([[0, 1], [2, 3], [4]])
  })

  test('within a window of w, have no example earlier than w − 1 places before its own', () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 20 }), seed, (n, window, seed) => {
        const [order = []] = epochsOf(n, { size: 4, seed, shuffle: window, epochs: 1 })
        for (const [place, example] of order.entries()) expect(place).toBeGreaterThanOrEqual(example - (window - 1))
      }),
    )
  })

  test('within a window, come as early as the window lets them', () => {
    const earliest = upTo(200).map((seed) => {
      const [order = []] = epochsOf(20, { size: 4, seed, shuffle: 5, epochs: 1 })
      return Math.max(...order.map((example, place) => example - place))
    })
    expect(Math.max(...earliest)).toBe(4)
  })

  test('within a window of all examples or more, are shuffled as without a window', () => {
    fc.assert(
      fc.property(count, seed, fc.nat(20), (n, seed, more) => {
        const all = epochsOf(n, { size: 3, seed, epochs: 2 })
        expect(epochsOf(n, { size: 3, seed, shuffle: n + more, epochs: 2 })).toEqual(all)
      }),
    )
  })

  test('have every example in every place equally often', () => {
    const n = 5
    const seeds = 5_000
    const places = upTo(n).map(() => new Array<number>(n).fill(0))
    for (let seed = 0; seed < seeds; seed++) {
      const [order = []] = epochsOf(n, { size: n, seed, epochs: 1 })
      for (const [place, example] of order.entries())
        (places[place] as number[])[example] = (places[place]?.[example] ?? 0) + 1
    }
    // A binomial count: five standard deviations are 141.
    const deviation = Math.sqrt((seeds / n) * (1 - 1 / n))
    for (const place of places)
      for (const times of place) expect(Math.abs(times - seeds / n)).toBeLessThan(5 * deviation)
  })

  test('go on without end where nothing is said of epochs', () => {
    const endless = batches(upTo(3), { size: 2 })
    for (let i = 0; i < 100; i++) expect(endless.next().done).toBe(false)
  })

  test('after so many are the same without these, within an epoch and beyond', () => {
    fc.assert(
      fc.property(count, count, seed, shuffle, fc.boolean(), fc.nat(200), (n, size, seed, shuffle, dropLast, after) => {
        fc.pre(!dropLast || n >= size)
        const options = { size, seed, shuffle, dropLast, epochs: 3 }
        expect([...batches(upTo(n), { ...options, after })]).toEqual([...batches(upTo(n), options)].slice(after))
      }),
    )
  })

  test('leave the list as it is', () => {
    const data = upTo(20)
    for (const batch of batches(data, { size: 3, epochs: 2 })) batch.reverse()
    expect(data).toEqual(upTo(20))
  })
})

describe('the batches of tensors', () => {
  const data = (n = 10) => ({
    x: tf.tensor2d(upTo(n).map((i) => [i, i * i])),
    more: [tf.tensor1d(upTo(n), 'int32'), tf.tensor3d(upTo(n).map((i) => [[i], [-i]]))],
  })
  const numbers = (x: tf.Tensor | undefined) => Array.from(x?.dataSync() ?? [])

  test.each([true, false, 3])(
    'with shuffle %s, have the same rows of every leaf, with their shapes and types',
    (shuffle) => {
      const given = data()
      const rows: number[] = []
      for (const { x, more } of batches(given, { size: 4, shuffle, epochs: 2 })) {
        const at = numbers(more[0])
        rows.push(...at)
        expect(x.shape).toEqual([at.length, 2])
        expect(more.map((leaf) => [leaf.dtype, leaf.shape])).toEqual([
          ['int32', [at.length]],
          ['float32', [at.length, 2, 1]],
        ])
        expect(numbers(x)).toEqual(at.flatMap((i) => [i, i * i]))
        expect(numbers(more[1])).toEqual(at.flatMap((i) => [i, -i]))
      }
      expect(rows.slice(0, 10).sort((a, b) => a - b)).toEqual(upTo(10))
      tree.dispose(given)
    },
  )

  test('have the rows that a list has, for the same seed', () => {
    const given = tf.tensor1d(upTo(23))
    for (const shuffle of [true, 4, false]) {
      const options = { size: 5, seed: 3, shuffle, epochs: 2 }
      const rows = [...batches(upTo(23), options)]
      let i = 0
      for (const batch of batches(given, options)) expect(numbers(batch)).toEqual(rows[i++])
      expect(i).toBe(rows.length)
    }
    given.dispose()
  })

  test('live until the next is asked for', () => {
    const given = data()
    const before = alive()
    const source = batches(given, { size: 4 })
    const first = source.next().value
    expect(alive().tensors - before.tensors).toBe(3)
    const second = source.next().value
    expect(tree.tensors(first).every((x) => x.isDisposed)).toBe(true)
    expect(tree.tensors(second).some((x) => x.isDisposed)).toBe(false)
    expect(alive().tensors - before.tensors).toBe(3)
    source.return(undefined as never)
    expect(alive()).toEqual(before)
    tree.dispose(given)
  })

  test('are gone after the last, and after break', () => {
    const given = data()
    const before = alive()
    for (const batch of batches(given, { size: 4, epochs: 2 })) expect(batch.x.isDisposed).toBe(false)
    expect(alive()).toEqual(before)
    for (const batch of batches(given, { size: 4 })) if (batch.x.shape[0] === 2) break
    expect(alive()).toEqual(before)
    tree.dispose(given)
  })

  test('do not touch the data', () => {
    const given = data()
    for (const batch of batches(given, { size: 10, shuffle: false, epochs: 2 })) tree.dispose(batch)
    expect(tree.tensors(given).some((x) => x.isDisposed)).toBe(false)
    expect(numbers(given.more[0])).toEqual(upTo(10))
    tree.dispose(given)
  })

  test('are of an array of tensors too: it is a tree', () => {
    const given = [tf.tensor1d(upTo(4)), tf.tensor1d(upTo(4).map((i) => 10 * i))]
    const [first] = [...firstOf(batches(given, { size: 4, shuffle: false }))]
    expect(first).toEqual([
      [0, 1, 2, 3],
      [0, 10, 20, 30],
    ])
    tree.dispose(given)

    function* firstOf(source: Iterable<readonly tf.Tensor[]>) {
      for (const batch of source) {
        yield batch.map(numbers)
        break
      }
    }
  })
})

describe('batches refuses', () => {
  const first = (data: unknown, options: unknown) => () => batches(data as never, options as never).next()

  test.each([
    [[], { size: 1 }, 'batches: there are 0 examples, expected at least 1'],
    [[1, 2], { size: 3, dropLast: true }, 'batches: there are 2 examples, expected at least 3'],
    [[1], { size: 0 }, 'batches: size is 0, expected a whole number from 1'],
    [[1], { size: 1.5 }, 'batches: size is 1.5, expected a whole number from 1'],
    [[1], {}, 'batches: size is undefined, expected a whole number from 1'],
    [[1], { size: 1, epochs: 0 }, 'batches: epochs is 0, expected a whole number from 1'],
    [[1], { size: 1, after: -1 }, 'batches: after is -1, expected a whole number from 0'],
    [[1], { size: 1, shuffle: 0 }, 'batches: shuffle is 0, expected a whole number from 1'],
    [
      { x: 3 },
      { size: 1 },
      'batches: leaf "x" of data is 3, expected an array of examples, or tensors with the examples on their first axis',
    ],
  ])('%j with %j', (data, options, message) => {
    expect(first(data, options)).toThrow(new TypeError(message))
  })

  test('tensors of different lengths, and scalars', () => {
    const x = tf.zeros([3, 2])
    const y = tf.zeros([4])
    const scalar = tf.scalar(1)
    expect(first({ x, deep: { y } }, { size: 1 })).toThrow(
      new TypeError('batches: leaf "deep.y" of data has 4 rows, expected 3, as the first leaf has'),
    )
    expect(first({ scalar }, { size: 1 })).toThrow('batches: leaf "scalar" of data is a Tensor, expected an array of')
    tree.dispose([x, y, scalar])
  })
})
