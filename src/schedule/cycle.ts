import { check, described, type Hyper, lift, type Schedule } from './schedule.js'

/**
 * The first n updates of a schedule, again and again; cycle k = 0, 1, 2, … is growthᵏ as long and decayᵏ as high.
 *
 *     cycle(n)(s)(t) = s(((t − 1) mod n) + 1) for t ≥ 1, and s(0) at 0
 *     cycle(n, { growth, decay })(s)(t) = decayᵏ · s((t − start_k) / growthᵏ), start_k < t ≤ start_{k+1} = start_k + n · growthᵏ
 */
export const cycle = (
  n: number,
  options: { readonly growth?: number; readonly decay?: number } = {},
): ((schedule: Hyper) => Schedule) => {
  const { growth = 1, decay = 1 } = options
  check('cycle', 'n', n, 'positive')
  check('cycle', 'growth', growth, 'positive')
  check('cycle', 'decay', decay, 'finite')
  const args = Object.keys(options).length === 0 ? [n] : [n, options]
  return (hyper) => {
    const schedule = lift('schedule.cycle', hyper)
    return described({ name: 'cycle', args, of: hyper }, (t) => {
      if (t <= 0) return schedule(t)
      const { k, start } = cycleAt(t, n, growth)
      return decay ** k * schedule((t - start) / growth ** k)
    })
  }
}

/** The cycle in which update t is, and where it began. Shrinking cycles end at n / (1 − growth): the last one goes on. */
const cycleAt = (t: number, n: number, growth: number): { k: number; start: number } => {
  if (growth === 1) {
    const k = Math.ceil(t / n) - 1
    return { k, start: k * n }
  }
  let k = 0
  let start = 0
  while (t > start + n * growth ** k && n * growth ** k > Number.EPSILON * t) start += n * growth ** k++
  return { k, start }
}
