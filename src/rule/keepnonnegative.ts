import { built } from '../built.js'
import { rule } from './rule.js'

/**
 * Keeps every parameter at 0 or above; the last of a chain, since what follows would move θ further. One that is below 0 goes to 0.
 *
 *     keepNonnegative:  Δθ ← max(Δθ, −θ)          θ + Δθ ≥ 0, exactly
 */
export const keepNonnegative = built('keepNonnegative', [], () =>
  rule({ name: 'keepNonnegative', step: ({ g, theta }) => ({ delta: g.max(theta.neg()) }) }),
)
