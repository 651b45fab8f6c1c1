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

/** What is wrong, the part that is, the law that catches it, and who shipped it. */
export type Row<Wrong> = readonly [name: string, wrong: Wrong, law: string, shipped?: string]

/** A mutant a row: `laws` gives those of something that is sound but for one part. */
export const rows =
  <Wrong>(laws: (wrong: Wrong) => readonly Law[]) =>
  (...all: readonly Row<Wrong>[]): readonly Mutant[] =>
    all.map(([name, wrong, law, shipped]) => ({ name, laws: laws(wrong), law, ...(shipped && { shipped }) }))
