import fc from 'fast-check'

/**
 * Numbers are made simpler so that a counterexample can be read: 0, 1, −1, powers of two, short dyadic rationals, in this order. A
 * number is only ever replaced by a simpler one, so that this ends.
 */
export const simplerNumber = (x: number, { zero = true } = {}): readonly number[] => {
  if (x === 0 || !Number.isFinite(x)) return []
  const sign = Math.sign(x)
  const exponent = Math.floor(Math.log2(Math.abs(x)))
  const half = 2 ** Math.trunc(exponent / 2)
  const candidates = [
    0,
    1,
    -1,
    Math.abs(x),
    sign * half,
    sign * 2 ** exponent,
    Math.round(x),
    rounded(x, 1),
    rounded(x, 3),
    rounded(x, 8),
    x / half,
    x / 2,
    x * 2,
  ]
  const rank = rankOf(x)
  return [...new Set(candidates)].filter((y) => Number.isFinite(y) && (zero || y !== 0) && rankOf(y) < rank)
}

/** x to so many bits after its first. */
const rounded = (x: number, bits: number): number => {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - bits)
  return Math.round(x / unit) * unit
}

/** How much one has to read: bits count twice, the exponent once, a sign a little. */
const rankOf = (x: number): number => {
  if (x === 0) return 0
  let odd = Math.abs(x)
  let exponent = 0
  const first = Math.floor(Math.log2(odd))
  for (odd /= 2 ** first; odd % 1 !== 0; odd *= 2) exponent -= 1
  return 1 + 2 * Math.log2(odd) + Math.abs(exponent + first) + (x < 0 ? 0.5 : 0)
}

/** What is drawn by `draw`, and made simpler by `simpler`, whose candidates come in the order in which they are tried. */
export class Simplified<A> extends fc.Arbitrary<A> {
  constructor(
    private readonly draw: (random: fc.Random) => A,
    private readonly simpler: (a: A) => Iterable<A>,
  ) {
    super()
  }

  override generate(random: fc.Random): fc.Value<A> {
    return new fc.Value(this.draw(random), undefined)
  }

  /** Edges, which nobody drew, are made simpler too. */
  override canShrinkWithoutContext(a: unknown): a is A {
    return Array.isArray(a) || typeof a === 'number'
  }

  override shrink(a: A): fc.Stream<fc.Value<A>> {
    return fc.stream(this.simpler(a)[Symbol.iterator]() as IterableIterator<A>).map((b) => new fc.Value(b, undefined))
  }
}
