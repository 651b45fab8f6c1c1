import { findBackend, findBackendFactory, getBackend, setBackend } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { entries, rebuild } from '../../src/tree.js'
import { histories, type Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { type Leaves, machine, numbersOf, Saved } from '../run/machine.js'
import { LAYOUT, n, theta } from '../run/mine.js'
import { flat, leavesOf, lossAt, pointOf } from '../run/run.js'

const PLAIN = 'cpu'

/**
 * What is no formula has nothing to be held to but another back end: tfjs's plain JavaScript one, where that is registered and the
 * current one is another. Where there is nothing to compare there is no law.
 */
export const backends = (optimizer: Optimizer): readonly Law[] => {
  const current = getBackend()
  if (!current || current === PLAIN || !findBackendFactory(PLAIN)) return []
  const m = machine(optimizer, LAYOUT)
  const stepOn = (backend: string, { state, g, theta, t }: From) =>
    on(backend, () => {
      const [next, delta] = m.update(state, g, t, pointOf(LAYOUT, flat(theta), flat(g), lossAt(t)))
      return { Δ: delta, state: next }
    })
  return [
    law({
      name: 'back ends agree',
      equation: 'update(s, g, t, θ) on one back end = update(s, g, t, θ) on another',
      words:
        'One step from the same state: each tensor of the next one and of Δθ, to a ten thousandth of its largest number. A number that ' +
        'moves more than that when the arguments move by 2⁻¹⁸, and what each operation makes by 2⁻²², is left out: near a choice or a ' +
        'sign, or where terms cancel.',
      given: fc.record({ gradients: histories({ n, max: 3 }), theta }),
      holds: (drawn) => {
        let theta = leavesOf(LAYOUT, drawn.theta)
        let state = on(current, () => m.init(theta))
        for (const [i, g] of drawn.gradients.entries()) {
          const from = { state, theta, g: leavesOf(LAYOUT, g), t: i + 1 }
          const found = stepOn(current, from)
          agree(`after t = ${from.t} on ${current}, not ${PLAIN},`, found, stepOn(PLAIN, from), () =>
            NUDGES.map((nudge) => inexactly(nudge, () => stepOn(PLAIN, nudged(from, nudge)))),
          )
          state = found.state
          theta = leavesOf(LAYOUT, plus(flat(theta), flat(found.Δ)))
        }
      },
    }),
  ]
}

interface From {
  readonly state: unknown
  readonly g: Leaves
  readonly theta: Leaves
  readonly t: number
}

/** With an initialised back end tfjs changes over at once; what it promises is for those that are not. */
const on = <A>(backend: string, f: () => A): A => {
  const before = getBackend()
  try {
    if (before !== backend) void setBackend(backend)
    return f()
  } finally {
    if (before !== backend) void setBackend(before)
  }
}

const WITHIN = 1e-4
const NUDGES = Array.from({ length: 16 }, (_, k) => k + 1)

const agree = (where: string, found: unknown, expected: unknown, nudge: () => readonly unknown[]): void => {
  const leaves = entries(expected)
  let moved: readonly (readonly (readonly number[])[])[] | undefined
  for (const [i, [path, x]] of entries(found).entries()) {
    const [came, wanted] = [numbersOf(x), numbersOf(leaves[i]?.[1])]
    const far = WITHIN * Math.max(0, ...wanted.map(Math.abs).filter(Number.isFinite))
    const apart = (a: number | undefined, k: number) =>
      !(Object.is(a, wanted[k]) || Math.abs((a as number) - (wanted[k] as number)) <= far)
    if (came.length === wanted.length && !came.some(apart)) continue
    moved ??= nudge().map((tree) => entries(tree).map(([, leaf]) => numbersOf(leaf)))
    const loose = (k: number) => moved?.some((each) => apart(each[i]?.[k], k))
    if (came.length !== wanted.length || came.some((a, k) => apart(a, k) && !loose(k)))
      throw new Broken(`"${path}" ${where}`, came, wanted)
  }
}

/** Numbers times 1 ± `by`, one after the other. */
const nudging = (seed: number, by: number): ((x: number) => number) => {
  let at = 0
  return (x) => x * (1 + by * Math.sign(Math.sin(seed * 12.9898 + 78.233 * at++)))
}

/** What tfjs's plain back end makes new tensors of. */
interface Maker {
  makeTensorInfo(shape: readonly number[], dtype: string, values?: unknown): unknown
}

/** Runs `f` with each number that an operation of the plain back end makes times 1 ± 2⁻²²: what rounding may do in the midst of it. */
const inexactly = <A>(seed: number, f: () => A): A => {
  const plain = findBackend(PLAIN) as unknown as Maker
  const { makeTensorInfo } = plain
  const nudge = nudging(seed, 2 ** -22)
  plain.makeTensorInfo = (shape, dtype, values) =>
    makeTensorInfo.call(plain, shape, dtype, values instanceof Float32Array ? values.map(nudge) : values)
  try {
    return f()
  } finally {
    plain.makeTensorInfo = makeTensorInfo
  }
}

/** Each number times 1 ± 2⁻¹⁸. */
const nudged = <A>(given: A, seed: number): A => {
  const nudge = nudging(seed, 2 ** -18)
  const leaf = (x: unknown): unknown => {
    if (x instanceof Float64Array) return x.map(nudge)
    return x instanceof Saved && x.dtype === 'float32'
      ? new Saved(x.shape, x.dtype, Float32Array.from(Array.from(x.numbers), nudge))
      : x
  }
  return rebuild(
    given,
    entries(given).map(([, x]) => leaf(x)),
  ) as A
}

const plus = (x: Vector, y: Vector): Vector => x.map((a, k) => Math.fround(a + (y[k] as number)))
