import { ema, type Hyper, rule, select } from 'gradus'

/**
 * Accord: an element moves by lr as long as its gradients agree in sign; the less they do, the less it moves.
 *
 *     mₜ = b·mₜ₋₁ + (1 − b)·gₜ
 *     nₜ = b·nₜ₋₁ + (1 − b)·|gₜ|
 *     Δθ = −lr · mₜ / nₜ        0, where nₜ = 0
 *
 * Both averages start at 0, and of their quotient that is no matter: no bias to correct. Where no gradient has been, nothing moves.
 */
export const accord = ({ lr, b = 0.9 }: { lr: Hyper; b?: Hyper }) =>
  rule({
    name: 'accord',
    hyper: { lr, b },
    slots: { m: 0, n: 0 },
    step: ({ g, m, n, lr, b }) => {
      const next = { m: ema(b, m, g), n: ema(b, n, g.abs()) }
      return { ...next, delta: select(next.n.gt(0), next.m.div(next.n), 0).mul(lr).neg() }
    },
  })

export const claims = ['coordinatewise', 'odd', 'rest', 'scaleFree', 'linearInLr', 'boundedByLr', 'constantGradient']
