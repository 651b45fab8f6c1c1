import fc from 'fast-check'
import { mistake } from '../src/failure.js'
import { Refuted } from './refuted.js'

/**
 * A law is data: a named equation and a way to test it. It knows no test runner:
 *
 *     for (const law of laws.optimizer(mine)) test(law.name, () => law.assert())
 */
export interface Law {
  readonly name: string
  readonly equation: string
  readonly words: string
  /**
   * Tries it on what is drawn at random, 100 times unless `parameters`, which are fast-check's, say otherwise: `{ numRuns, seed, path }`.
   *
   * @throws `Refuted`, with the simplest counterexample that was found; a `Mistake` where nothing is tried at `path`.
   */
  assert(parameters?: fc.Parameters<unknown>): void
}

export interface Statement<A> {
  readonly name: string
  readonly equation: string
  readonly words: string
  /** What is drawn. Each of its keys is a line of the counterexample. */
  readonly given: fc.Arbitrary<A>
  /** Tried first, each time. */
  readonly edges?: readonly A[]
  /** Throws where it does not hold: best a `Broken`, which tells what came and what was expected. */
  readonly holds: (given: A) => void
}

export const law = <A extends object>(statement: Statement<A>): Law => {
  const { name, equation, words, given, edges = [], holds } = statement
  const property = fc.property(given, (drawn) => {
    holds(drawn)
  })
  return {
    name,
    equation,
    words,
    assert: (parameters) => {
      const examples = edges.map((edge): [A] => [edge])
      const details = fc.check(property, { examples, ...parameters } as fc.Parameters<[A]>)
      if (details.failed) throw new Refuted(statement, details)
      if (parameters?.path && details.numRuns === 0)
        throw mistake('law', `the path "${parameters.path}" leads nowhere`, `one at which "${name}" did not hold`)
    },
  }
}
