import type { Law } from '../../laws/law.ts'
import { mutants } from '../../test/laws/mutants.ts'
import { fingerprint, ofLaw } from './fingerprint.ts'
import type { Sources } from './sources.ts'

/** A mutant, the law that catches it, and the fingerprint of that law. */
export interface Mutated {
  readonly name: string
  readonly shipped?: string
  readonly law: string
  readonly of: string
}

/** @throws where a mutant's law is not in its list. */
export const ofMutants = (sources: Sources): readonly Mutated[] =>
  mutants.map(({ name, shipped, laws, law }) => {
    const named: Law | undefined = laws.find((one) => one.name === law)
    if (!named) throw new Error(`the mutant "${name}" has no law "${law}" in its list`)
    return { name, shipped, law, of: fingerprint(...ofLaw(named, sources)) }
  })
