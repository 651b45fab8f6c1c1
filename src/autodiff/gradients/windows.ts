import {
  add,
  equal,
  logicalAnd,
  logicalNot,
  logicalOr,
  pad,
  stridedSlice,
  type Tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'

/**
 * Windows that move over x [batch, …space, channels]: what is at a place of each of them, for all at once.
 */
export interface Windows {
  /** Sizes of the window, of its steps, of the gaps between its places, along each axis of space. */
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** How far the first window stands out. */
  readonly front: readonly number[]
  /** How many windows there are along each axis. */
  readonly count: readonly number[]
}

/** The places of a window, row by row. */
export const places = ({ size }: Windows): readonly (readonly number[])[] =>
  size.reduce<number[][]>((all, n) => all.flatMap((at) => Array.from({ length: n }, (_, i) => [...at, i])), [[]])

const at = (xs: readonly number[], i: number): number => xs[i] as number

/** x as far as the windows reach; `fill` where there is nothing. */
const surrounded = (x: Tensor, { size, strides, dilations, front, count }: Windows, fill: number): Tensor => {
  const paddings = size.map((n, i): [number, number] => {
    const reach = (at(count, i) - 1) * at(strides, i) + (n - 1) * at(dilations, i) + 1
    return [at(front, i), Math.max(0, reach - at(front, i) - at(x.shape, i + 1))]
  })
  return pad(x, [[0, 0], ...paddings, [0, 0]], fill)
}

/** From a place of the window to what is there, [batch, …count, channels]. */
export const view = (x: Tensor, windows: Windows, fill: number): ((place: readonly number[]) => Tensor) => {
  const around = surrounded(x, windows, fill)
  const { strides, dilations, count } = windows
  const [batch, channels] = [at(x.shape, 0), at(x.shape, x.rank - 1)]
  return (place) => {
    const begin = place.map((k, i) => k * at(dilations, i))
    const end = begin.map((from, i) => from + (at(count, i) - 1) * at(strides, i) + 1)
    return stridedSlice(around, [0, ...begin, 0], [batch, ...end, channels], [1, ...strides, 1])
  }
}

/** What `picked` says of the first place of each window where `seen` is y. */
export const atFirst = (
  y: Tensor,
  windows: Windows,
  seen: (place: readonly number[]) => Tensor,
  picked: (place: readonly number[]) => Tensor,
): Tensor => {
  let found: Tensor | undefined
  let sum = zerosLike(y)
  for (const place of places(windows)) {
    const here = equal(seen(place), y)
    const first = found ? logicalAnd(here, logicalNot(found)) : here
    sum = add(sum, where(first, picked(place), zerosLike(y)))
    found = found ? logicalOr(found, here) : here
  }
  return sum
}

/** What to do at each window: before it, at each of its places that is within x, and after it. Pixels are counted in a row. */
export interface Visit {
  readonly begin: () => void
  readonly place: (inX: number, inWindow: number) => void
  readonly end: (output: number) => void
}

/** All windows of x [batch, …space, channels], one after another: space has two axes, or three. */
export const overWindows = (shape: readonly number[], windows: Windows, { begin, place, end }: Visit): void => {
  const three = (xs: readonly number[], first: number): [number, number, number] =>
    (xs.length === 2 ? [first, ...xs] : xs) as [number, number, number]
  const [depth, height, width] = three(shape.slice(1, -1), 1)
  const [n, m, l] = three(windows.size, 1)
  const [sd, sh, sw] = three(windows.strides, 1)
  const [dd, dh, dw] = three(windows.dilations, 1)
  const [fd, fh, fw] = three(windows.front, 0)
  const [planes, rows, columns] = three(windows.count, 1)
  let output = 0
  for (let b = 0; b < at(shape, 0); b++)
    for (let p = 0; p < planes; p++)
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) {
          begin()
          for (let i = 0; i < n; i++) {
            const z = p * sd - fd + i * dd
            if (z < 0 || z >= depth) continue
            for (let j = 0; j < m; j++) {
              const y = r * sh - fh + j * dh
              if (y < 0 || y >= height) continue
              for (let k = 0; k < l; k++) {
                const x = c * sw - fw + k * dw
                if (x >= 0 && x < width) place(((b * depth + z) * height + y) * width + x, (i * m + j) * l + k)
              }
            }
          }
          end(output++)
        }
}
