import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assemble } from '../../src/expr/assembler.ts'
import { type Expr, variable } from '../../src/expr/expr.ts'
import { IMPORTS, imports } from '../../src/expr/lanes.ts'
import { arithmetic } from '../../src/expr/number.ts'
import { POWERS } from '../../src/expr/powers.ts'
import { record } from '../../src/expr/table.ts'
import { mapLoop } from '../../src/expr/wasm.ts'

const [X, Y] = [variable('x', 'element'), variable('y', 'element')]

/** A formula of x and y as a loop over arrays, in a memory of its own. */
const compiled = (formula: Expr) => {
  const memory = new WebAssembly.Memory({ initial: 2 })
  const loop = mapLoop('loop', { inputs: ['x', 'y'], scalars: [] }, { out: formula })
  const bytes = assemble({ memory: { shared: false }, imports: IMPORTS, functions: [loop] })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, ...imports } })
  const call = exports.loop as (table: number, tensors: number) => void
  const layout = record(3, 0, 0)
  return (x: Float32Array, y: Float32Array = x): Float32Array => {
    const n = x.length
    memory.grow(Math.max(0, Math.ceil((layout.bytes + 12 * n - memory.buffer.byteLength) / 65536)))
    const columns = [0, 1, 2].map((k) => layout.bytes + 4 * n * k)
    new Uint32Array(memory.buffer).set([n, ...columns])
    const [xs, ys, out] = columns.map((at) => new Float32Array(memory.buffer, at, n)) as Float32Array[]
    xs?.set(x)
    ys?.set(y)
    call(0, 1)
    return (out as Float32Array).slice()
  }
}

/** The spacing of float32 at x, which is below 2¹²⁸. */
const ulp = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23)

/** How many ulps a float32 is from what is meant; none if it is the float32 nearest to it, −0 and NaN included. */
const ulpsOff = (found: number, meant: number): number => {
  const nearest = Math.fround(meant)
  if (Object.is(found, nearest)) return 0
  if (!Number.isFinite(found) || !Number.isFinite(nearest) || found === nearest) return Number.POSITIVE_INFINITY
  return Math.abs(found - meant) / ulp(meant)
}

/** The worst of many, so that one line tells where. */
const worst = (found: Float32Array, x: Float32Array, y: Float32Array, meaning: (x: number, y: number) => number) => {
  let most = { off: 0, x: 0, y: 0, found: 0 }
  for (let i = 0; i < found.length; i++) {
    const [a, b, c] = [x[i] as number, y[i] as number, found[i] as number]
    const off = ulpsOff(c, meaning(a, b))
    if (off > most.off) most = { off, x: a, y: b, found: c }
  }
  return most
}

/** float32 from patterns of bits. */
const fromBits = (patterns: readonly number[]): Float32Array => new Float32Array(Uint32Array.from(patterns).buffer)
const bitsOf = (x: number): number => new Uint32Array(Float32Array.of(x).buffer)[0] as number

/** Where a function's code goes another way, or its result another: all float32 about these and their opposites are tried. */
const EDGES = [
  ...[0, 2 ** -126, 0.55, 0.85, 1, Math.SQRT1_2, Math.SQRT2, 2, 4, 9.01, 10, Infinity, Math.LN2 / 2, Math.LN2],
  ...[87.33654, 88.72283, 103.97208, 3.84, 2 ** -12, 2 ** -25],
]
const around = (x: number): readonly number[] =>
  Array.from({ length: 129 }, (_, i) => bitsOf(x) + i - 64)
    .filter((bits) => bits >= 0)
    .flatMap((bits) => [bits, bits + 2 ** 31])
/** Every so many of all patterns; NaNs are among them. */
const patterns = (stride: number): Float32Array =>
  fromBits([...EDGES.flatMap(around), ...Array.from({ length: Math.ceil(2 ** 32 / stride) }, (_, i) => i * stride)])

/** ulps at most, over all 2³² arguments: measured once, so no part of them is worse. */
const UNARY = [
  ['exp', 0.94],
  ['log', 0.84],
  ['tanh', 1.42],
  ['erf', 1.63],
] as const

describe.each(UNARY)('%s', (name, ulps) => {
  const run = compiled(X[name]())
  const x = patterns(4099)
  const found = run(x)

  test(`is within ${ulps} ulp of its meaning, from NaN to NaN`, () => {
    // What is below 2⁻¹²⁶ is 0 for exp.
    const meaning = (a: number): number => {
      const y = arithmetic[name](a)
      return name === 'exp' && y < 2 ** -126 ? 0 : y
    }
    expect(worst(found, x, x, meaning).off).toBeLessThanOrEqual(ulps)
  })

  if (name === 'tanh' || name === 'erf')
    test('is odd to the last bit', () => {
      const opposite = run(x.map((a) => -a))
      expect(found.every((y, i) => Object.is(y, -(opposite[i] as number)))).toBe(true)
    })
})

test('tanh is x itself where x is small', () => {
  const x = patterns(4099).filter((a) => Math.abs(a) < 2 ** -12.5)
  const found = compiled(X.tanh())(x)
  expect(x.every((a, i) => Object.is(found[i], a))).toBe(true)
})

const STRANGE = [
  ...[0, 0.5, 1, 1.5, 2, 3, 2 ** -149, 2 ** -126, 2 ** 127, 2 ** 128 - 2 ** 104, 1 + 2 ** -23, 1 - 2 ** -24, 1e9],
  ...[2 ** 23 + 1, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 2, 1e-30, 1 / 3, Infinity],
].flatMap((x) => [x, -x])

/** Any float32, and often one that is strange, an integer, or near 1. */
const float = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((bits) => fromBits([bits])[0] as number),
  fc.constantFrom(...STRANGE, Number.NaN),
  fc.integer({ min: -40, max: 40 }),
  fc.float({ min: 0.5, max: 2 }),
)
const floats = (n: number) => fc.array(float, { minLength: n, maxLength: n }).map((xs) => Float32Array.from(xs))

describe('pow', () => {
  const run = compiled(X.pow(Y))

  test('is what ** is of everything strange', () => {
    const odd = [...STRANGE, Number.NaN]
    const pairs = odd.flatMap((a) => odd.map((b) => [a, b] as const))
    const [x, y] = [0, 1].map((k) => Float32Array.from(pairs, (pair) => pair[k] as number)) as [
      Float32Array,
      Float32Array,
    ]
    expect(worst(run(x, y), x, y, Math.pow).off).toBeLessThanOrEqual(0.6)
  })

  test('is within 0.6 ulp of **, of numbers of any kind', () => {
    fc.assert(
      fc.property(floats(200), floats(200), (x, y) => worst(run(x, y), x, y, Math.pow).off <= 0.6),
      { numRuns: 200 },
    )
  })

  test('is within 0.6 ulp of ** where the result is any number', () => {
    const anywhere = fc.array(
      fc.tuple(
        fc.float({ min: Math.fround(1e-37), max: Math.fround(1e38), noNaN: true }),
        fc.double({ min: -150, max: 128, noNaN: true }),
      ),
      { minLength: 200, maxLength: 200 },
    )
    fc.assert(
      fc.property(anywhere, (pairs) => {
        const x = Float32Array.from(pairs, ([a]) => a)
        const y = Float32Array.from(pairs, ([a, e]) => e / Math.log2(a))
        return worst(run(x, y), x, y, Math.pow).off <= 0.6
      }),
      { numRuns: 200 },
    )
  })

  test.each([...POWERS.keys()])('to a literal %d is within 2 ulp of **', (exponent) => {
    const x = Float32Array.from([...patterns(65537), ...STRANGE])
    expect(worst(compiled(X.pow(exponent))(x), x, x, (a) => a ** exponent).off).toBeLessThanOrEqual(2)
  })
})

describe('an element does not depend on its place', () => {
  const formulas = {
    ...Object.fromEntries(UNARY.map(([name]) => [name, X[name]()])),
    pow: X.pow(Y),
    ...Object.fromEntries([...POWERS.keys(), 1 / 3].map((p) => [`x ** ${p}`, X.pow(p)])),
  }
  test.each(Object.entries(formulas))('%s', (_, formula) => {
    const run = compiled(formula)
    fc.assert(
      fc.property(float, float, (x, y) => {
        const bits = new Int32Array(run(new Float32Array(7).fill(x), new Float32Array(7).fill(y)).buffer)
        return bits.every((b) => b === bits[0])
      }),
      { numRuns: 300 },
    )
  })
})
