import fc from 'fast-check'
import { type Optimizer, simulate } from '../src/index.js'
import { type Law, law } from './law.js'

/**
 * What every optimizer obeys that is a formula, in its meaning: `simulate`, float64.
 *
 * Gradients are histories: one vector of three numbers a step, from 1e-6 to 1e6 in size, with zeros among them.
 */
type History = readonly (readonly number[])[]

const size = fc.double({ min: -6, max: 6, noNaN: true })
const entry = fc.oneof(
  fc.constant(0),
  fc.tuple(fc.boolean(), size).map(([negative, e]) => (negative ? -1 : 1) * 10 ** e),
)
const history: fc.Arbitrary<History> = fc.array(fc.tuple(entry, entry, entry), { minLength: 1, maxLength: 12 })

const START = [0.5, -2, 3]
type Leaves = Record<string, Float64Array>
const whole = (x: readonly number[]): Leaves => ({ x: Float64Array.from(x) })

const path = (optimizer: Optimizer, gradients: History, split: (x: readonly number[]) => Leaves = whole): Leaves[] =>
  [...simulate(optimizer, split(START), gradients.map(split))].map(({ params }) => params)

const numbers = (leaves: Leaves | undefined): readonly number[] => Object.values(leaves ?? {}).flatMap((x) => [...x])

const same = (what: string, a: readonly number[], b: readonly number[]): void => {
  if (a.length !== b.length || a.some((x, i) => !Object.is(x, b[i]))) throw new Error(`${what}: [${a}] is not [${b}]`)
}

export const rule = (optimizer: Optimizer): readonly Law[] => [
  law('a step is pure', 'run(gs) = run(gs)', history, (gs) => {
    same('run again', numbers(path(optimizer, gs).at(-1)), numbers(path(optimizer, gs).at(-1)))
  }),
  law('a run is its steps', 'the first n steps of run(gs ⧺ hs) are run(gs)', fc.tuple(history, history), ([gs, hs]) => {
    const longer = path(optimizer, [...gs, ...hs])[gs.length - 1]
    same('the shorter run', numbers(path(optimizer, gs).at(-1)), numbers(longer))
  }),
  law('finite in, finite out', 'gs ∈ ℝⁿ ⇒ θ ∈ ℝⁿ', history, (gs) => {
    for (const [i, params] of path(optimizer, gs).entries())
      if (!numbers(params).every(Number.isFinite)) throw new Error(`after step ${i + 1} θ is [${numbers(params)}]`)
  }),
  law('names of leaves do not matter', 'run(rename(gs)) = rename(run(gs))', history, (gs) => {
    const renamed = path(optimizer, gs, (x) => ({ other: Float64Array.from(x) }))
    same('with another name', numbers(path(optimizer, gs).at(-1)), numbers(renamed.at(-1)))
  }),
  law('the order of leaves does not matter', 'run(a, b) = run(b, a)', history, (gs) => {
    const forth = path(optimizer, gs, ([a = 0, b = 0]) => ({ a: Float64Array.of(a), b: Float64Array.of(b) })).at(-1)
    const back = path(optimizer, gs, ([a = 0, b = 0]) => ({ b: Float64Array.of(b), a: Float64Array.of(a) })).at(-1)
    same('in another order', numbers(forth), [...(back?.a ?? []), ...(back?.b ?? [])])
  }),
]
