import { built } from '../built.js'
import { adamw } from '../rule/adamw.js'
import { decay } from '../rule/decay.js'
import { named } from '../rule/fuse.js'
import { descent } from '../rule/lr.js'
import { fraction } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { type Where, whereOf } from '../where.js'
import { chain } from './chain.js'
import { overFrobenius, repeated } from './newtonschulz.js'
import type { Optimizer } from './optimizer.js'
import { orthogonal } from './orthogonal.js'
import { split } from './split.js'

/**
 * Muon: momentum, made almost orthogonal. Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
 *
 *     m ← beta · m + (1 − beta) · g
 *     u = beta · m + (1 − beta) · g                    Nesterov's
 *     O = five steps of Newton and Schulz from u / (‖u‖ + 1e-7)
 *     Δθ = −lr · (√max(1, outputs / inputs) · O + weightDecay · θ)
 *
 * The singular values of O are in [0.68, 1.14] where u's are no smaller than a hundredth of ‖u‖.
 *
 * Leaves of rank 2 and more are matrices: the last axis are the outputs, all others together the inputs, so that a convolution's
 * kernel [h, w, in, out] is a matrix [h · w · in, out]. Scalars and vectors, and matrices where `where` is not true, are left to
 * `others`; Jordan has AdamW there, for the embedding and the last layer too: `where: '!embedding.**'`.
 *
 * Where we differ: Optax takes rank 2 alone and debiases m; PyTorch multiplies with
 * √max(1, rows / columns), its outputs being rows.
 */
export interface Muon {
  readonly lr?: Hyper
  readonly beta?: Hyper
  readonly weightDecay?: Hyper
  /** Which matrices; all, if nothing is said. */
  readonly where?: Where
  /** For all other leaves. */
  readonly others?: Optimizer
}

export const muon = built(
  'muon',
  [{ lr: 'hyper', beta: 'hyper', weightDecay: 'hyper', where: 'where', others: 'optimizer' }],
  ({ lr = 0.02, beta = 0.95, weightDecay = 0, where = () => true, others = adamw() }: Muon = {}) => {
    const within = whereOf('muon', where)
    const direction = orthogonal({
      name: 'muon',
      hyper: { beta },
      range: { beta: fraction },
      moment: ({ beta }) => ({ kept: beta, taken: 1 - beta, ofMoment: beta, ofGradient: 1 - beta }),
      steps: repeated(5),
      bounded: () => overFrobenius(1e-7),
      factor: (_, inputs, outputs) => Math.sqrt(Math.max(1, outputs / inputs)),
    })
    const matrices = chain(direction, named('muon', decay({ weightDecay }), descent(lr)))
    return split('muon', (shape, path) => shape.length >= 2 && within(path), matrices, others)
  },
)
