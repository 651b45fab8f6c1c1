import type { Hyper, Optimizer } from '../../src/index.js'
import type { Law } from '../law.js'
import * as of from './claims.js'
import * as atRate from './rates.js'

/** Claims by a word: those of any optimizer, of those that make steps and not gradients for others to make steps of, of those with an lr. */
const any = {
  coordinatewise: of.coordinatewise,
  tensorwise: of.tensorwise,
  odd: of.odd,
  translationInvariant: of.translationInvariant,
  rest: of.rest,
  scaleFree: of.scaleFree,
  homogeneous: of.homogeneous,
}
const steps = { neverUp: of.neverUp, downhill: of.downhill }
const rated = {
  linearInLr: atRate.linearInLr,
  boundedByLr: atRate.boundedByLr,
  constantGradient: atRate.constantGradient,
}

export type ClaimName = keyof typeof any | keyof typeof steps | keyof typeof rated

/** An optimizer, with other values for some of its options. */
export type At = (options?: object) => Optimizer

export interface Asked {
  /** Of whom it can be asked. */
  readonly of: 'any' | 'steps' | 'rated'
  law(at: At): Law
}

export const claims = {
  ...asked('any', any, (at) => at()),
  ...asked('steps', steps, (at) => at()),
  ...asked('rated', rated, (at) => (options: { readonly lr: Hyper }) => at(options)),
} as Readonly<Record<ClaimName, Asked>>

function asked<G>(
  of: Asked['of'],
  lists: Readonly<Record<string, (given: G) => readonly Law[]>>,
  given: (at: At) => G,
) {
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, { of, law: (at: At) => list(given(at))[0] as Law }]),
  )
}

/** What an optimizer claims, at options that make each of its parts count. */
export interface Claimed {
  readonly at: At
  /** Has a learning rate. */
  readonly rated: boolean
  /** Makes steps. */
  readonly steps: boolean
  /** Each claim, and the options that have to be 0 for it. */
  readonly claims: Readonly<Partial<Record<ClaimName, readonly string[]>>>
  /** All options that have to be 0 for a claim, and those that could be thought to: where all are, the rest is still false. */
  readonly zeros: readonly string[]
}

/** Claims, by the options that have to be 0 for them, if any; options with no claims help none. */
export type Lists = Readonly<Record<string, string>>

const words = (list: string): readonly string[] => list.split(' ').filter((word) => word !== '')

export const claimedBy = <O extends object>(
  make: (options: O) => Optimizer,
  options: O,
  lists: Lists,
  steps: boolean,
): Claimed => ({
  at: (others) => make({ ...options, ...others }),
  rated: 'lr' in options,
  steps,
  claims: Object.fromEntries(
    Object.entries(lists).flatMap(([zeros, list]) => words(list).map((claim) => [claim, words(zeros)])),
  ),
  zeros: [...new Set(Object.keys(lists).flatMap(words))],
})

/** Whether it can be asked at all. */
export const canBeAsked = (claim: ClaimName, { rated, steps }: Claimed): boolean =>
  ({ any: true, steps, rated })[claims[claim].of]

/** The law, of the optimizer whose options of these names are 0. */
export const claimOf = (claim: ClaimName, { at }: Claimed, zeros: readonly string[]): Law => {
  const without = Object.fromEntries(zeros.map((name) => [name, 0]))
  return claims[claim].law((options) => at({ ...without, ...options }))
}
