import { mistake } from '../../failure.js'
import type { Shape } from '../../optimizer/leafwise.js'
import type { Axes } from '../../optimizer/orthogonal.js'

/** `MuonDimensionNumbers`: which axes are inputs, and which outputs; for each index of the others there is a matrix. */
export interface DimensionNumbers {
  readonly reductionAxis?: number | readonly number[]
  readonly outputAxis?: number | readonly number[]
}

/** A tree like θ, or the top of one, or a function of a leaf's path. Leaves at null are no matrices. */
export type Dimensions = DimensionNumbers | null | DimensionTree | ((path: string) => DimensionNumbers | null)
type DimensionTree = { readonly [key: string]: Dimensions } | readonly Dimensions[]

/** What is said of a leaf, or of the nearest branch above it. */
export const numbersAt = (who: string, dimensions: Dimensions, path: string): DimensionNumbers | null => {
  if (typeof dimensions === 'function') return dimensions(path)
  let node: unknown = dimensions
  let rest = path
  while (node !== null && !isNumbers(node)) {
    const branch = (typeof node === 'object' ? node : {}) as Readonly<Record<string, unknown>>
    // A key may have a dot in it: the longest key that fits is taken.
    const [key] = Object.keys(branch)
      .filter((k) => rest === k || rest.startsWith(`${k}.`))
      .sort((a, b) => b.length - a.length)
    if (key === undefined)
      throw mistake(who, `nothing is said of leaf "${path}"`, 'reductionAxis and outputAxis, or null')
    node = branch[key]
    rest = rest.slice(key.length + 1)
  }
  return node
}

const isNumbers = (x: unknown): x is DimensionNumbers => {
  if (typeof x !== 'object' || x === null || Array.isArray(x)) return false
  return Object.keys(x).every((key) => key === 'reductionAxis' || key === 'outputAxis')
}

/** The axes of a leaf, counted from the first. */
export const axesOf = (
  who: string,
  { reductionAxis = 0, outputAxis = 1 }: DimensionNumbers,
  shape: Shape,
  path: string,
): Axes => {
  const rank = shape.length
  if (rank < 2) throw mistake(who, `leaf "${path}" is [${shape}]`, 'two axes at least')
  const list = (axes: number | readonly number[]): readonly number[] =>
    [axes].flat().map((axis) => ((Number(axis) % rank) + rank) % rank)
  const [inputs, outputs] = [list(reductionAxis), list(outputAxis)]
  if (inputs.some((axis) => outputs.includes(axis)))
    throw mistake(who, `an axis of leaf "${path}" is both reductionAxis and outputAxis`, 'one of them')
  return { inputs, outputs }
}
