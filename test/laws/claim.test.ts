import type { Optimizer } from 'gradus'
import * as gradus from 'gradus'
import { describe, expect, test } from 'vitest'
import { sampleOf } from '../../docs/optimizers/catalogue.ts'
import { type Claimed, type ClaimName, canBeAsked, claimOf, claims } from '../../laws/claim/claim.ts'
import { claimed } from '../../laws/claimed.ts'
import { Refuted } from '../../laws/refuted.ts'
import { type Signature, signatureOf } from '../../src/built.ts'

const NAMES = Object.keys(claims) as readonly ClaimName[]

/** Among so many runs there is one for which it does not hold. */
const refute = (claim: ClaimName, optimizer: Claimed, zeros: readonly string[]): void => {
  const refuted = claimOf(claim, optimizer, zeros)
  expect(() => refuted.assert({ seed: 1, numRuns: 2000, endOnFailure: true }), `zeros: ${zeros}`).toThrow(Refuted)
}

describe.each(Object.entries(claimed))('%s', (_, optimizer) => {
  for (const claim of NAMES.filter((name) => canBeAsked(name, optimizer))) {
    const needs = optimizer.claims[claim]
    if (needs) {
      test(`${claim}: it is`, () => claimOf(claim, optimizer, needs).assert())
      for (const one of needs)
        test(`${claim}: not where ${one} is above 0`, () =>
          refute(
            claim,
            optimizer,
            needs.filter((other) => other !== one),
          ))
    } else if (!(claim === 'tensorwise' && optimizer.claims.coordinatewise)) {
      test(`${claim}: it is not`, () => refute(claim, optimizer, optimizer.zeros))
    }
  }

  test('claims nothing that cannot be asked of it, and nothing that does not exist', () => {
    for (const claim of Object.keys(optimizer.claims) as ClaimName[]) {
      expect(NAMES).toContain(claim)
      expect(canBeAsked(claim, optimizer)).toBe(true)
    }
    expect(optimizer.claims.coordinatewise && optimizer.claims.tensorwise).toBeUndefined()
  })
})

describe('the table', () => {
  const signed = Object.entries(gradus).flatMap(([name, make]): [string, Signature, Optimizer][] => {
    const signature = typeof make === 'function' ? signatureOf(make) : undefined
    const args = signature && sampleOf(signature)
    return args ? [[name, signature, (make as (...args: readonly unknown[]) => Optimizer)(...args)]] : []
  })
  const rules = signed.filter(([, , optimizer]) => optimizer.rule)

  test('has every formula that the front door exports, but those whose formula is where the gradient is taken', () => {
    const others = ['sam', 'adaptiveSam']
    expect(Object.keys(claimed).sort()).toEqual(
      rules
        .map(([name]) => name)
        .filter((n) => !others.includes(n))
        .sort(),
    )
    for (const name of others) expect(gradus).toHaveProperty(name)
  })

  test.each(rules.filter(([name]) => claimed[name]))(
    '%s is asked without its eps and without decay',
    (name, signature) => {
      const options = signature.parameters.flatMap((p) => (typeof p === 'object' ? Object.keys(p) : []))
      const off = options.filter((option) => ['eps', 'epsRoot', 'weightDecay'].includes(option))
      // Without eps Adadelta does not move: all laws of what does not move would be its own.
      expect(claimed[name]?.zeros).toEqual(expect.arrayContaining(name === 'adadelta' ? [] : off))
      expect(claimed[name]?.rated).toBe(options.includes('lr') || name === 'scaleByLr')
    },
  )
})
