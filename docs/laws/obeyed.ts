import { type ClaimName, claims } from '../../laws/claim/claim.ts'
import { claimed } from '../../laws/claimed.ts'
import type { Law } from '../../laws/law.ts'
import { obeyed } from '../../test/laws/obeyed.ts'
import { optimizers, tensorwise } from '../../test/optimizers.ts'
import { fingerprint, ofLaw, ofRule, ofWritten } from './fingerprint.ts'
import type { Sources } from './sources.ts'

/** A law of somebody, and what tells whether it has been tried as it is now. */
export interface Obeyed {
  readonly optimizer: string
  readonly law: Law
  readonly of: string
}

/** Everything that has to be tried, in the order of the catalogue. */
export const everything = (sources: Sources): readonly Obeyed[] =>
  obeyed.flatMap(({ name, laws }) => {
    const optimizer = ofOptimizer(name, sources)
    return laws.map((law) => ({
      optimizer: name,
      law,
      of: fingerprint(optimizer, zerosOf(name, law.name), ofLaw(law, sources)),
    }))
  })

/** As everyone's laws know it, and as its claims do. */
const ofOptimizer = (name: string, sources: Sources): readonly unknown[] =>
  [optimizers[name] ?? tensorwise[name], claimed[name]?.at()].map((optimizer) =>
    optimizer?.rule ? ofRule(optimizer.rule) : ofWritten(name, optimizer, sources),
  )

const lawNames = new Map<ClaimName, string>()
const lawNameOf = (claim: ClaimName, name: string): string => {
  const known = lawNames.get(claim) ?? claims[claim].law((claimed[name] as (typeof claimed)[string]).at).name
  lawNames.set(claim, known)
  return known
}

/** The options that have to be 0 where an optimizer obeys a law. */
const zerosOf = (optimizer: string, law: string): readonly string[] =>
  Object.entries(claimed[optimizer]?.claims ?? {}).find(
    ([claim]) => lawNameOf(claim as ClaimName, optimizer) === law,
  )?.[1] ?? []

/** `where `eps` is 0`; nothing where it obeys the law as it is. */
export const conditionOf = (optimizer: string, law: string): string => {
  const zeros = zerosOf(optimizer, law)
  const names = zeros.map((zero) => `\`${zero}\``).join(' and ')
  return zeros.length === 0 ? '' : `where ${names} ${zeros.length > 1 ? 'are' : 'is'} 0`
}
