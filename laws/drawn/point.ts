import { Tensor, tensor } from '@tensorflow/tfjs-core'
import type fc from 'fast-check'
import { brief, mistake } from '../../src/failure.js'
import * as tree from '../../src/tree.js'
import type { Vector } from './gradients.js'
import { Simplified, simplerNumber } from './simpler.js'

/** Where a function of a tree of tensors is tried: points and directions are flat vectors, and counterexamples have one a leaf. */
export interface Space {
  /** As far as `reach` away from the middle. */
  point(): fc.Arbitrary<Shown>
  /** Along one number, one leaf or all of them, and about 1 long at most. */
  direction(): fc.Arbitrary<Shown>
  /** The largest step of differences. */
  readonly step: number
  /** Fresh tensors, float32. */
  tensors<P>(x: Vector): P
  /** The numbers of tensors of this shape, a mistake of `who` where they are not. */
  read(who: string, what: string, tensors: unknown): Vector
}

/** A vector, or one by each leaf's path, a number where the leaf is one. */
export type Shown = Vector | Readonly<Record<string, Vector | number>>
export const flat = (x: Shown): Vector => Object.values(x).flat()

/** `at` is a tree of shapes, whose middle is 0, or of tensors, whose middle is what they are. */
export const space = (at: unknown, reach: number): Space => {
  const like = marked(at)
  const leaves = tree.leaves(like as tree.Tree<Leaf>)
  const paths = tree.paths(like)
  const sizes = leaves.map(({ shape }) => shape.reduce((a, b) => a * b, 1))
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0))
  const split = (x: Vector): readonly Vector[] => sizes.map((n, i) => x.slice((ends[i] as number) - n, ends[i]))
  const shown = (x: Vector): Shown => {
    if (paths.length === 1 && paths[0] === '') return x
    return Object.fromEntries(
      split(x).map((part, i) => [paths[i], (leaves[i] as Leaf).shape.length === 0 ? (part[0] as number) : part]),
    )
  }
  const middle = (): Vector =>
    leaves.flatMap(({ tensor }, i) => Array.from(tensor?.dataSync() ?? new Float32Array(sizes[i] as number)))
  return {
    step: Math.min(1, reach) / 4,
    point: () =>
      new Simplified(
        (random) => drawOffset(random, sizes, reach),
        (x) => simplerOffset(x, reach),
      ).map((x) => {
        const from = middle()
        return shown(x.map((a, i) => a + (from[i] as number)))
      }),
    direction: () => new Simplified((random) => drawDirection(random, sizes), simplerDirection).map(shown),
    tensors: <P>(x: Vector) => {
      const parts = split(x).map((part, i) => tensor(Float32Array.from(part), [...(leaves[i] as Leaf).shape]))
      return tree.rebuild(like, parts) as P
    },
    read: (who, what, tensors) =>
      tree.alike(who, what, like, tensors).flatMap((x, i) => {
        const leaf = `leaf "${paths[i]}" of ${what}`
        const { shape } = leaves[i] as Leaf
        if (!(x instanceof Tensor)) throw mistake(who, `${leaf} is ${brief(x)}`, 'a tensor')
        if (x.shape.join() !== shape.join()) throw mistake(who, `${leaf} is [${x.shape}]`, `[${shape}]`)
        return Array.from(x.dataSync())
      }),
  }
}

class Leaf {
  constructor(
    readonly shape: readonly number[],
    readonly tensor?: Tensor,
  ) {}
}

const marked = (at: unknown): unknown => {
  if (at instanceof Tensor) return new Leaf(at.shape, at)
  if (Array.isArray(at)) return at.every((d) => typeof d === 'number') ? new Leaf(at) : at.map(marked)
  if (typeof at === 'object' && at !== null)
    return Object.fromEntries(Object.entries(at).map(([key, x]) => [key, marked(x)]))
  throw mistake('laws.gradient', `at has ${brief(at)} in it`, 'a tree of tensors or of shapes')
}

/** One in two near, one in four as far as may be; one in four in quarters of that, with zeros and ties among them. */
const drawOffset = (random: fc.Random, sizes: readonly number[], reach: number): Vector => {
  const far = reach / 2 ** random.nextInt(0, 3)
  const grain = random.nextInt(0, 3) === 0 ? 4 : 1024
  return sizes.flatMap((n) => Array.from({ length: n }, () => (far * random.nextInt(-grain, grain)) / grain))
}

const drawDirection = (random: fc.Random, sizes: readonly number[]): Vector => {
  const total = sizes.reduce((a, b) => a + b, 0)
  const kind = random.nextInt(0, 2)
  const one = random.nextInt(0, Math.max(0, total - 1))
  const leaf = random.nextInt(0, sizes.length - 1)
  const length = kind === 1 ? (sizes[leaf] as number) : total
  const unit = 2 ** -Math.ceil(Math.log2(Math.max(1, length)) / 2)
  let i = 0
  return sizes.flatMap((n, l) =>
    Array.from({ length: n }, () => {
      if (kind === 0) return i++ === one ? 1 : 0
      return kind === 1 && l !== leaf ? 0 : (unit * random.nextInt(-8, 8)) / 8
    }),
  )
}

/** How many numbers are made simpler one by one. */
const FEW = 16

function* simplerOffset(x: Vector, reach: number): Generator<Vector> {
  const whole = [x.map(() => 0), x.map(Math.sign), x.map(Math.trunc), ...halves(x)]
  for (const y of whole) if (rank(y) < rank(x) && y.every((a) => Math.abs(a) <= reach)) yield y
  yield* each(x, true, reach)
}

/** Not to nothing. */
function* simplerDirection(x: Vector): Generator<Vector> {
  yield* halves(x)
  yield* each(x, x.filter((a) => a !== 0).length > 1, 1)
}

/** So that what is done to all at once ends: how many are not 0, ±1, or whole. */
const rank = (x: Vector): number =>
  x.reduce((sum, a) => sum + (a === 0 ? 0 : Math.abs(a) === 1 ? 1 : Number.isInteger(a) ? 2 : 3), 0)

const halves = (x: Vector): readonly Vector[] => {
  const alive = [...x.keys()].filter((i) => x[i] !== 0)
  if (alive.length < 2) return []
  const half = alive[alive.length >> 1] as number
  return [x.map((a, i) => (i < half ? a : 0)), x.map((a, i) => (i < half ? 0 : a))]
}

function* each(x: Vector, zero: boolean, reach: number): Generator<Vector> {
  const alive = [...x.keys()].filter((i) => x[i] !== 0)
  for (const i of alive.slice(0, FEW))
    for (const a of simplerNumber(x[i] as number, { zero }))
      if (Math.abs(a) <= reach) yield x.map((b, j) => (j === i ? a : b))
}
