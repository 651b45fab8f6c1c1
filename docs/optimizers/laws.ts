import { claimed } from '../../laws/claimed.ts'
import { type ClaimName, claims } from '../../laws/claims.ts'
import { table } from './table.ts'

const words = (of: 'all' | 'steps' | 'rate') =>
  table(
    ['law', 'equation', 'in words'],
    Object.values(claims)
      .filter((claim) => claim.of === of)
      .map(({ name, equation, words }) => [name, `\`${equation}\``, words]),
  )

/** The section on what the names of laws mean. */
export const explained = `# Laws

Each optimizer names the laws that it obeys. Δ(gs, θ) are the steps that it makes of the gradients gs, one after the other, if it starts
at θ; ⧺ puts one vector behind the other. The laws hold at every rate and schedule of rates, for betas that stay the same, above 0 and
below 1, where leaves are not told apart (no \`where\`), and with losses above 0. A test tries each in \`simulate\` with gradients drawn at
random, and finds gradients for which a law that is not named fails, or one that is without its condition.

${words('all')}

Of what makes steps, not gradients for others to make steps of:

${words('steps')}

Of what has an \`lr\`:

${words('rate')}

Where a gradient is taken and what is evaluated are not looked at: of \`sam\` and \`adaptiveSam\`, which only change the former, nothing
is said, nor of combinators, whose laws depend on what they combine, nor of what is no formula.
`

/** The laws that an optimizer obeys, by what has to be 0 for it; nothing where it names none. */
export const lawsOf = (optimizer: string): string => {
  const own = claimed[optimizer]?.claims ?? {}
  const lists = new Map<string, string[]>()
  for (const claim of Object.keys(claims) as ClaimName[]) {
    const zeros = own[claim]
    if (zeros) lists.set(where(zeros), [...(lists.get(where(zeros)) ?? []), claims[claim].name])
  }
  const said = [...lists].sort(([a], [b]) => a.length - b.length).map(([where, names]) => where + names.join(' · '))
  return said.length === 0 ? '' : `[Laws](#laws): ${said.join('; ')}.`
}

const where = (zeros: readonly string[]): string => {
  const names = zeros.map((zero) => `\`${zero}\``).join(' and ')
  return zeros.length === 0 ? '' : `where ${names} ${zeros.length > 1 ? 'are' : 'is'} 0, `
}
