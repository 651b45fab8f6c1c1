import fc from 'fast-check'
import * as given from './claim.js'
import { alike, type Claim, type Make, ROUNDING, run, START, scaled } from './claim.js'
import { law } from './law.js'

const claim = <A>(
  of: Claim['of'],
  name: string,
  equation: string,
  words: string,
  drawn: fc.Arbitrary<A>,
  holds: (make: Make) => (a: A) => void,
): Claim => ({ of, name, equation, words, law: (make) => law(name, equation, drawn, holds(make)) })

/** A rate that changes, by powers of two. */
const rates = (t: number): number => 2 ** -(t % 3)

/** What an optimizer can claim, by a word for it. */
export const claims = {
  element: claim(
    'all',
    'each element for itself',
    'Δ(gs ⧺ hs, θ ⧺ φ) = Δ(gs, θ) ⧺ Δ(hs, φ)',
    'No number looks at another one, in its tensor or elsewhere, nor at its own place or name.',
    given.history,
    (make) => {
      const optimizer = make()
      return (gs) => {
        const alone = START.map((x, k) => run(optimizer, given.part(gs, k, k + 1), { theta: [x] }))
        const expected = gs.map((_, t) => alone.flatMap((steps) => steps[t] ?? []))
        alike(run(optimizer, gs), expected)
        alike(run(optimizer, gs, { split: given.two }), expected)
      }
    },
  ),
  tensor: claim(
    'all',
    'each tensor for itself',
    'Δ({ a: gs, b: hs }, { a: θ, b: φ }) = { a: Δ(gs, θ), b: Δ(hs, φ) }',
    'No tensor looks at another one, nor at its own name.',
    given.history,
    (make) => {
      const optimizer = make()
      return (gs) => {
        const [a, b] = (
          [
            [0, 2],
            [2, 3],
          ] as const
        ).map(([from, to]) => run(optimizer, given.part(gs, from, to), { theta: START.slice(from, to) }))
        const expected = gs.map((_, t) => [...(a?.[t] ?? []), ...(b?.[t] ?? [])])
        alike(run(optimizer, gs, { split: given.two }), expected)
      }
    },
  ),
  odd: claim(
    'all',
    'odd',
    'Δ(−gs, −θ) = −Δ(gs, θ)',
    'The mirror image of a problem has the mirror image of the path.',
    given.history,
    (make) => {
      const optimizer = make()
      return (gs) => {
        const mirrored = run(optimizer, scaled(-1, gs), { theta: START.map((x) => -x) })
        alike(mirrored, scaled(-1, run(optimizer, gs)))
      }
    },
  ),
  shift: claim(
    'all',
    'no origin',
    'Δ(gs, θ + a) = Δ(gs, θ)',
    'Where 0 is does not matter, but for rounding.',
    fc.tuple(given.history, fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 3, maxLength: 3 })),
    (make) => {
      const optimizer = make()
      return ([gs, a]) => {
        const theta = START.map((x, k) => x + (a[k] as number))
        alike(run(optimizer, gs, { theta }), run(optimizer, gs), ROUNDING)
      }
    },
  ),
  rest: claim(
    'all',
    'rest',
    'Δ((0, 0, …), θ) = 0',
    'As long as there has been no gradient nothing moves, but for rounding.',
    fc.tuple(given.nowhere0, fc.integer({ min: 1, max: 8 })),
    (make) => {
      const optimizer = make()
      return ([theta, n]) => {
        const still = Array.from({ length: n }, () => [0, 0, 0])
        alike(run(optimizer, still, { theta }), still, ROUNDING)
      }
    },
  ),
  scaleFree: claim(
    'all',
    'scale-free',
    'Δ(c · gs, θ) = Δ(gs, θ)',
    'A loss c times as large, and so its gradients, makes the same path: c > 0, where no first gradient and no θ is 0, or counts as 0.',
    fc.tuple(given.begun, given.factor),
    (make) => {
      const optimizer = make()
      return ([gs, c]) => alike(run(optimizer, scaled(c, gs), { losses: c }), run(optimizer, gs))
    },
  ),
  homogeneous: claim(
    'all',
    'homogeneous',
    'Δ(c · gs, θ) = c · Δ(gs, θ)',
    'A loss c times as large, and so its gradients, makes steps c times as long: c > 0, but for rounding.',
    fc.tuple(given.history, given.factor),
    (make) => {
      const optimizer = make()
      return ([gs, c]) => alike(run(optimizer, scaled(c, gs), { losses: c }), scaled(c, run(optimizer, gs)), ROUNDING)
    },
  ),
  down: claim(
    'steps',
    'never up',
    'gᵢ · Δᵢ ≤ 0',
    'No element moves up the slope that it has just been told.',
    given.history,
    (make) => {
      const optimizer = make()
      return (gs) => {
        for (const [i, step] of run(optimizer, gs).entries())
          if (step.some((x, k) => x * (gs[i]?.[k] as number) > 0))
            throw new Error(`at [${gs[i]}] step ${i + 1} is [${step}]`)
      }
    },
  ),
  linear: claim(
    'rate',
    'linear in lr',
    'Δ at c · lr = c · Δ at lr',
    'Of the next step alone, from the same θ and state, wherever a run has led.',
    fc.tuple(given.history, fc.constantFrom(0, 1, 2)),
    (make) => {
      const optimizer = make({ lr: rates })
      const others = [0.25, 2, 8].map((c) => ({ c, other: make({ lr: (t) => c * rates(t) }) }))
      return ([gs, which]) => {
        const { c, other } = others[which] as (typeof others)[number]
        const next = given.instead(optimizer, other, gs)
        alike(next, scaled(c, run(optimizer, gs)))
      }
    },
  ),
  bound: claim(
    'rate',
    'at most lr',
    '−lr ≤ Δᵢ ≤ lr',
    'No step of an element is longer than lr, whatever the gradients are, but for rounding.',
    given.history,
    (make) => {
      const optimizer = make({ lr: rates })
      return (gs) => {
        for (const [i, step] of run(optimizer, gs).entries())
          if (step.some((x) => Math.abs(x) > rates(i + 1) * (1 + ROUNDING)))
            throw new Error(`at ${rates(i + 1)} step ${i + 1} is [${step}]`)
      }
    },
  ),
  constant: claim(
    'rate',
    'lr at a constant gradient',
    'gs = (g, g, …) ⇒ Δᵢ = −lr · sign(gᵢ)',
    'From the first step on, where no g is 0, but for rounding: averages that start at 0 are freed of it.',
    fc.tuple(given.nowhere0, fc.integer({ min: 1, max: 12 })),
    (make) => {
      const optimizer = make({ lr: rates })
      return ([g, n]) => {
        const steps = run(optimizer, Array<typeof g>(n).fill(g))
        const expected = steps.map((_, i) => g.map((x) => -rates(i + 1) * Math.sign(x)))
        alike(steps, expected, ROUNDING)
      }
    },
  ),
} satisfies Record<string, Claim>

export type ClaimName = keyof typeof claims
