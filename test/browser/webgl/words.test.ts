import * as tf from '@tensorflow/tfjs'
import { type Expr, elementwise, tree } from 'gradus'
import { useWebgl } from 'gradus/webgl'
import { beforeAll, describe, expect, test } from 'vitest'
import { BINARY, UNARY } from '../../../src/expr/expr.ts'
import { arithmetic } from '../../../src/expr/number.ts'
import { POWERS } from '../../../src/expr/powers.ts'
import { gaussian } from '../../random.ts'

beforeAll(() => useWebgl())

const NONE = Number.NaN
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  0.5,
  -0.5,
  3,
  -3,
  1e-30,
  -1e-30,
  1e30,
  -1e30,
  7.25,
  16_777_216,
  Infinity,
  -Infinity,
  NONE,
]
const RANDOM = Array.from({ length: 4096 }, gaussian(5))

/** GLSL tells −0 from 0 no more than a GPU has to. */
const same = (a: number, b: number): boolean => Object.is(a + 0, b + 0)

const NORMAL = 2 ** -126

/** How far a float32 is from what is meant, relative to that; what is subnormal may be 0. */
const off = (found: number, meant: number): number => {
  const nearest = Math.fround(meant)
  if (same(found, nearest) || (Math.abs(meant) < NORMAL && Math.abs(found) < NORMAL)) return 0
  if (!Number.isFinite(found) || !Number.isFinite(nearest)) return Infinity
  return Math.abs(found - meant) / Math.abs(meant)
}

const worst = (
  formula: (x: Expr, y: Expr) => Expr,
  meaning: (x: number, y: number) => number,
  xs: readonly number[],
  ys: readonly number[],
) => {
  const op = elementwise((x, y) => formula(x, y))
  const [x, y] = [tf.tensor1d([...xs]), tf.tensor1d([...ys])]
  const z = op(x, y)
  const [a, b, found] = [x, y, z].map((tensor) => Array.from(tensor.dataSync())) as [number[], number[], number[]]
  tree.dispose([x, y, z])
  return found.reduce(
    (most, value, i) => {
      const [p, q] = [a[i] as number, b[i] as number]
      const error = off(value, meaning(p, q))
      return error > most.error ? { error, x: p, y: q, found: value, meant: meaning(p, q) } : most
    },
    { error: 0, x: 0, y: 0, found: 0, meant: 0 },
  )
}

const ULP = 2 ** -23
/** What instructions round, and what functions of ours do; in roundings of float32. */
const ROUNDINGS: Readonly<Record<string, number>> = { exp: 3, log: 2, tanh: 3, erf: 3, sqrt: 2, div: 2, pow: 40 }

describe('each word on WebGL means what it does in float64, of', () => {
  test.each(UNARY)('%s', (word) => {
    const of = (x: Expr) => x[word]()
    const xs = [...SPECIAL, ...RANDOM, ...RANDOM.map((x) => 20 * x), ...RANDOM.map((x) => 1e-3 * x)]
    const { error, ...where } = worst(of, arithmetic[word], xs, xs)
    expect({ ...where, error: error / ULP < (ROUNDINGS[word] ?? 1) }).toEqual({ ...where, error: true })
  })

  test.each(BINARY)('%s', (word) => {
    const of = (x: Expr, y: Expr) => x[word](y)
    const pairs = SPECIAL.flatMap((x) => SPECIAL.map((y) => [x, y] as const))
    const xs = [...pairs.map(([x]) => x), ...RANDOM]
    const ys = [...pairs.map(([, y]) => y), ...RANDOM.map((_, i) => RANDOM[(i * 7) % RANDOM.length] as number)]
    const { error, ...where } = worst(of, arithmetic[word], xs, ys)
    expect({ ...where, error: error / ULP < (ROUNDINGS[word] ?? 1) }).toEqual({ ...where, error: true })
  })

  test('select, by any number but 0, by NaN too', () => {
    const of = (x: Expr, y: Expr) => x.select(y, y.neg())
    const { error } = worst(of, (x, y) => (x !== 0 ? y : -y), SPECIAL, SPECIAL.toReversed())
    expect(error).toBe(0)
  })

  test.each([...POWERS.keys(), 1 / 3, 0, 1.5, -3, 10])('pow to the literal %d', (exponent) => {
    const xs = [...SPECIAL, ...RANDOM, ...RANDOM.map(Math.abs)]
    const { error, ...where } = worst(
      (x) => x.pow(exponent),
      (x) => x ** Math.fround(exponent),
      xs,
      xs,
    )
    expect({ ...where, error: error / ULP < 16 }).toEqual({ ...where, error: true })
  })

  test('a product with 0, which is NaN of what is not finite', () => {
    expect(
      worst(
        (x) => x.mul(0),
        (x) => x * 0,
        SPECIAL,
        SPECIAL,
      ).error,
    ).toBe(0)
  })
})
