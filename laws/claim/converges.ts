import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { bowl, eighths, pathOf } from '../run/surface.js'

/**
 * That an optimizer gets down at all, with the rate that it has been given. How far, its author says: by default to half of the height in
 * 40 steps. The gradient is taken where its `probe` says, and in the end its `readout` is looked at.
 */
export interface Convergence {
  /** So many steps. */
  readonly steps?: number
  /** What is left of f at most. */
  readonly to?: number
  /** Between which the bowl's curvatures are. */
  readonly curvature?: readonly [least: number, most: number]
  /** Between which each element's distance to the center is, at the start. */
  readonly away?: readonly [least: number, most: number]
}

export const converges = (mine: Optimizer, options: Convergence = {}): readonly Law[] => {
  const { steps = 40, to = 0.5, curvature: [flat, steep] = [0.5, 2], away: [near, far] = [1, 4] } = options
  return [
    law({
      name: 'converges in a bowl',
      equation: 'f(θₙ) ≤ q · f(θ₀), f(θ) = ½ · Σ hᵢ · (θᵢ − cᵢ)²',
      words: `n is ${steps} and q ${to}, where each h is from ${flat} to ${steep} and each element starts from ${near} to ${far} away.`,
      given: fc
        .record({
          curvature: eighths(0, 1),
          center: eighths(-4, 4),
          away: eighths(0, 1),
          side: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        })
        .map(({ curvature, center, away, side }) => ({
          curvature: curvature.map((u) => flat + u * (steep - flat)),
          center,
          theta: center.map((c, k) => c + (side[k] ? 1 : -1) * (near + (away[k] as number) * (far - near))),
        })),
      holds: ({ theta, ...shape }) => {
        const { height } = bowl(shape)
        const [start, end] = [height(theta), height(pathOf(mine, bowl(shape), theta, steps).readout)]
        if (!(end <= to * start))
          throw new Broken(`f after ${steps} steps`, end, `at most ${to * start}, ${to} of ${start}`)
      },
    }),
  ]
}
