import { built } from '../../built.js'
import { ema as average, debias as debiased } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'

/** Optax 0.2.9's sums of past updates, https://optax.readthedocs.io/en/latest/api/transformations.html */
interface Trace {
  readonly decay: Hyper
  readonly nesterov?: boolean
}

/** `optax.trace`: m ← g + decay · m, and m, or g + decay · m with the new m where `nesterov`. */
export const trace = built(
  'optax.trace',
  [{ decay: 'hyper!', nesterov: 'flag' }],
  ({ decay, nesterov = false }: Trace) => {
    flag('optax.trace', { nesterov })
    return rule({
      name: 'trace',
      hyper: { decay },
      slots: { m: 0 },
      step: ({ g, m, decay }) => {
        const next = g.add(m.mul(decay))
        return { m: next, delta: nesterov ? g.add(next.mul(decay)) : next }
      },
    })
  },
)

interface Ema {
  readonly decay: Hyper
  readonly debias?: boolean
}

/** `optax.ema`: m ← decay · m + (1 − decay) · g, and m / (1 − decayᵗ), or m where `debias` is false. */
export const ema = built('optax.ema', [{ decay: 'hyper!', debias: 'flag' }], ({ decay, debias = true }: Ema) => {
  flag('optax.ema', { debias })
  return rule({
    name: 'ema',
    hyper: { decay },
    slots: { m: 0 },
    step: ({ g, t, m, decay }) => {
      const next = average(decay, m, g)
      return { m: next, delta: debias ? debiased(decay, next, t) : next }
    },
  })
})
