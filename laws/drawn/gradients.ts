import type fc from 'fast-check'
import { Simplified, simplerNumber } from './simpler.js'

/**
 * Gradients that find bugs: dyadic rationals, so that scaling by powers of two is exact and some sum up to 0; zeros, changes of sign,
 * spikes, long constants, growth and decay, coordinates that are dead or seldom alive; huge and tiny ones where they are asked for.
 *
 * A history is one vector of n numbers a step. Counterexamples are made of few steps, zeros and small whole numbers.
 */
export type Vector = readonly number[]
export type History = readonly Vector[]

export interface Drawn {
  /** How many numbers a vector has. */
  readonly n?: number
  /** At least one step. */
  readonly min?: number
  readonly max?: number
  /** Where a 0 may be: what is divided by the size of an element's gradients is 0 / 0 until it has had one. */
  readonly zero?: 'anywhere' | 'later' | 'nowhere'
  /** A whole history is multiplied by as much as 2 to this, or divided. */
  readonly scale?: number
}

const intOf = (random: fc.Random, min: number, max: number): number => random.nextInt(min, max)
const chance = (random: fc.Random, of: number): boolean => random.nextInt(1, of) === 1
const pick = <A>(random: fc.Random, xs: readonly A[]): A => xs[random.nextInt(0, xs.length - 1)] as A

/** Up to 15 · 2⁴ in size, or a small whole number, or anything between 1e-3 and 1e3. */
const nonzero = (random: fc.Random): number => {
  const sign = chance(random, 2) ? -1 : 1
  const kind = intOf(random, 0, 3)
  if (kind === 0) return sign * intOf(random, 1, 4)
  if (kind === 1) return sign * 10 ** (random.nextDouble() * 6 - 3)
  return sign * (2 * intOf(random, 0, 7) + 1) * 2 ** intOf(random, -6, 4)
}

const entryOf = (random: fc.Random, zero: boolean): number => (zero && chance(random, 5) ? 0 : nonzero(random))
const vectorOf = (random: fc.Random, n: number, zero: boolean): Vector =>
  Array.from({ length: n }, () => entryOf(random, zero))

/** How a step's gradient comes of the first, at each time; what is 0 stays 0. */
type Texture = (random: fc.Random, zero: boolean) => (first: Vector, t: number) => Vector
const fresh: Texture =
  (random, zero) =>
  (first): Vector =>
    vectorOf(random, first.length, zero)
const TEXTURES: readonly Texture[] = [
  fresh,
  fresh,
  () => (first) => first,
  () => (first, t) => first.map((a) => (t % 2 === 0 ? -a : a)),
  (random) => {
    const [at, size] = [intOf(random, 1, 8), 2 ** intOf(random, 4, 10)]
    return (first, t) => first.map((a) => (t === at ? a * size : a))
  },
  (random) => {
    const factor = pick(random, [0.5, 2])
    return (first, t) => first.map((a) => a * factor ** t)
  },
  (random, zero) => (first) =>
    first.map((a) => {
      if (zero && !chance(random, 4)) return 0
      return chance(random, 2) ? a : nonzero(random)
    }),
]

const drawHistory =
  ({ n = 3, min = 1, max = 8, zero = 'anywhere', scale = 0 }: Drawn) =>
  (random: fc.Random): History => {
    const length = intOf(random, min, max)
    const later = zero !== 'nowhere'
    const first = vectorOf(random, n, zero === 'anywhere')
    const next = pick(random, TEXTURES)(random, later)
    const dead = zero === 'anywhere' && chance(random, 4) ? intOf(random, 0, n - 1) : -1
    const size = scale > 0 && chance(random, 3) ? 2 ** intOf(random, -scale, scale) : 1
    return Array.from({ length }, (_, i) =>
      (i === 0 ? first : next(first, i + 1)).map((a, k) => (k === dead ? 0 : a * size)),
    )
  }

/** First fewer steps, then a coordinate that is 0 throughout, then simpler numbers. */
function* simplerHistory(history: History, { min = 1, zero = 'anywhere' }: Drawn): Generator<History> {
  const { length } = history
  if (length >> 1 >= min && length > 1) yield history.slice(0, length >> 1)
  if (length > min) for (let i = length - 1; i >= 0; i--) yield history.filter((_, j) => j !== i)
  if (zero === 'anywhere')
    for (const k of (history[0] ?? []).keys())
      if (history.some((g) => g[k] !== 0)) yield history.map((g) => g.map((a, j) => (j === k ? 0 : a)))
  for (const [t, g] of history.entries()) {
    const may = zero === 'anywhere' || (zero === 'later' && t > 0)
    for (const simpler of simplerVector(g, may)) yield history.map((each, i) => (i === t ? simpler : each))
  }
}

function* simplerVector(vector: Vector, zero: boolean): Generator<Vector> {
  for (const [k, a] of vector.entries())
    for (const simpler of simplerNumber(a, { zero })) yield vector.map((b, j) => (j === k ? simpler : b))
}

export const histories = (drawn: Drawn = {}): fc.Arbitrary<History> =>
  new Simplified(drawHistory(drawn), (history) => simplerHistory(history, drawn))

export const vectors = ({ n = 3, zero = 'anywhere' }: Drawn = {}): fc.Arbitrary<Vector> => {
  const may = zero === 'anywhere'
  return new Simplified(
    (random) => vectorOf(random, n, may),
    (vector) => simplerVector(vector, may),
  )
}
