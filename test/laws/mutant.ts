import type { Law } from '../../laws/law.ts'

/** A real way in which an optimizer, a schedule, a gradient or a combinator goes wrong, and the law that catches it. */
export interface Mutant {
  /** What is wrong, in a few words: `Adam without bias correction`. */
  readonly name: string
  /** The product that shipped it, if one did, in words. */
  readonly shipped?: string
  /** The list that its author would have asked for. */
  readonly laws: readonly Law[]
  /** The name of the law in that list that catches it. */
  readonly law: string
}
