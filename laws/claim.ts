import fc from 'fast-check'
import { type Hyper, type Optimizer, simulate } from '../src/index.js'
import type { Law } from './law.js'

/**
 * What some optimizers obey and others do not: an optimizer claims it. In `simulate`, float64, of gradients that are given, whatever
 * becomes of θ; with each comes a loss. Δ(gs, θ) are the steps along the gradients gs from θ.
 */
export interface Claim {
  readonly name: string
  readonly equation: string
  readonly words: string
  /** Of whom it can be asked: of all, of those that make steps of gradients, of those that do at a rate. */
  readonly of: 'all' | 'steps' | 'rate'
  law(make: Make): Law
}

/** An optimizer, at another rate where one is given. */
export type Make = (rate?: { readonly lr: Hyper }) => Optimizer

type Vector = readonly number[]
type History = readonly Vector[]
type Leaves = Readonly<Record<string, Float64Array>>

const sign = fc.constantFrom(-1, 1)
/** From 1e-3 to 1e3 in size, or a small whole number: of those some are the same, and some sum up to 0. */
const not0 = fc.oneof(
  fc.tuple(sign, fc.double({ min: -3, max: 3, noNaN: true })).map(([s, e]) => s * 10 ** e),
  fc.tuple(sign, fc.integer({ min: 1, max: 4 })).map(([s, n]) => s * n),
)
const vectorOf = (entry: fc.Arbitrary<number>): fc.Arbitrary<Vector> => fc.tuple(entry, entry, entry)
const vector = vectorOf(fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: not0 }))
export const nowhere0 = vectorOf(not0)
export const history: fc.Arbitrary<History> = fc.array(vector, { minLength: 1, maxLength: 8 })
/** What is divided by the size of an element's gradients is 0 / 0 until it has had one. */
export const begun: fc.Arbitrary<History> = fc
  .tuple(nowhere0, fc.array(vector, { maxLength: 7 }))
  .map(([g, gs]) => [g, ...gs])
/** Powers of two: products with them are exact. */
export const factor = fc.constantFrom(-8, -3, -1, 1, 2, 7).map((e) => 2 ** e)

export const START: Vector = [0.5, -2, 3]
const one = (x: Vector): Leaves => ({ a: Float64Array.from(x) })
export const two = (x: Vector): Leaves => ({ a: Float64Array.from(x.slice(0, 2)), b: Float64Array.from(x.slice(2)) })
const flat = (leaves: Leaves): Vector => Object.values(leaves).flatMap((x) => [...x])
export const scaled = (c: number, gs: History): History => gs.map((g) => g.map((a) => c * a))
/** Some of the elements. */
export const part = (gs: History, from: number, to: number): History => gs.map((g) => g.slice(from, to))

/** 8, 4, 2⅔, 2, 2, … */
const loss = (t: number): number => 8 / Math.min(t, 4)

interface From {
  readonly theta?: Vector
  readonly split?: (x: Vector) => Leaves
  /** By what the losses are multiplied. */
  readonly losses?: number
}

const path = (optimizer: Optimizer, gs: History, { theta = START, split = one, losses = 1 }: From) => {
  const told = gs.map((g, i) => ({ grad: split(g), loss: losses * loss(i + 1) }))
  return [...simulate(optimizer, split(theta), told)]
}

/** The steps. */
export const run = (optimizer: Optimizer, gs: History, from: From = {}): History =>
  path(optimizer, gs, from).map(({ delta }) => flat(delta))

/** At each step of a run, the one that another optimizer of the same slots would make instead. */
export const instead = (optimizer: Optimizer, other: Optimizer, gs: History): History => {
  let before: { readonly params: Leaves; readonly state: unknown } = {
    params: one(START),
    state: optimizer.init(one(START) as never),
  }
  return path(optimizer, gs, {}).map((after, i) => {
    const { params, state } = before
    before = after
    const [, delta] = other.update(state, one(gs[i] as Vector), after.t, { params, loss: loss(after.t) })
    return flat(delta)
  })
}

export const ROUNDING = 1e-9

/** Throws unless all steps are as expected: the same numbers, or as near as `within` says, relative to the largest so far. */
export const alike = (found: History, expected: History, within = 0): void => {
  let largest = 0
  for (const [i, step] of expected.entries()) {
    largest = Math.max(largest, ...step.map(Math.abs))
    const far = within * (largest + 1e-3)
    const same = step.every((b, k) => {
      const a = found[i]?.[k] as number
      return a === b || Math.abs(a - b) <= far
    })
    if (!same) throw new Error(`step ${i + 1} is [${found[i]}], not [${step}]`)
  }
}
