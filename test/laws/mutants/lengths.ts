import { chain, type Expr, type Optimizer, perTree, rule, select, sumOver } from 'gradus'
import { dowg } from '../../../laws/family/distance.ts'
import { orthogonal } from '../../../laws/family/orthogonal.ts'
import { fromage, trustRatio } from '../../../laws/family/trust.ts'
import { accumulation, summing } from '../../../laws/wrapper/accumulation.ts'
import { averageSwa } from '../../../laws/wrapper/average.ts'
import { clipByRms, clipByValue } from '../../../laws/wrapper/clip.ts'
import { type Mutant, rows } from '../mutant.ts'
import { clipping, muon, ratio, size } from '../soundnorms.ts'
import * as wrappers from '../soundwrappers.ts'

/** How the length of a step goes wrong: relative to its tensor, to what was travelled, to a limit, to how many are one. */
type Step = (s: Readonly<Record<'g' | 'theta' | 'trust', Expr>>) => Expr
const trusting = rows((step: Step) =>
  trustRatio(({ trust }) => rule({ name: 'mine', hyper: { trust }, step: (s) => ({ delta: step(s) }) })),
)(
  [
    'a trust ratio upside down',
    ({ g, theta, trust }) => g.mul(ratio(size(g).mul(trust), size(theta))),
    'as long as trust times the tensor',
  ],
  [
    'a trust ratio for the signs of a gradient',
    ({ g, theta, trust }) =>
      select(size(theta).eq(0), g, g.sign().mul(size(theta).mul(trust).div(size(g.sign()).max(1e-30)))),
    'along each tensor’s gradient',
  ],
  [
    'a trust ratio that leaves zeros where they are',
    ({ g, theta, trust }) => g.mul(size(theta).mul(trust).div(size(g).max(1e-30))),
    'a tensor of zeros gets its gradient',
  ],
)

type Relative = (s: Readonly<Record<'g' | 'theta' | 'lr' | 'root', Expr>>) => Expr
const fromages = rows((after: Relative) =>
  fromage(({ lr }) =>
    rule({
      name: 'mine',
      hyper: { lr },
      step: (s) => ({ delta: after({ ...s, root: s.lr.square().add(1).sqrt() }).sub(s.theta) }),
    }),
  ),
)(
  [
    'Fromage that forgets how long the tensor is',
    ({ g, theta, lr, root }) => theta.sub(g.div(size(g).max(1e-30)).mul(lr)).div(root),
    'a relative step of lr',
  ],
  [
    'Fromage that grows, its root forgotten',
    ({ g, theta, lr }) => theta.sub(g.mul(ratio(size(theta), size(g))).mul(lr)),
    'no growth by turning',
  ],
)

type Weighed = (s: Readonly<Record<'g' | 'r' | 'v', Expr>>) => Expr
const dowgs = rows((v: Weighed) =>
  dowg(({ lr, rEps, eps }) =>
    rule({
      name: 'mine',
      hyper: { lr, eps },
      slots: { x0: 'theta', r: perTree(rEps), v: perTree(0) },
      step: ({ g, theta, lr, eps, ...s }) => {
        const r = s.r.max(size(theta.sub(s.x0), 'tree'))
        const next = v({ g, r, v: s.v })
        return { x0: s.x0, r, v: next, delta: g.mul(lr).mul(r.square()).div(next.sqrt().add(eps)).neg() }
      },
    }),
  ),
)(
  [
    'DoWG whose gradients weigh the same',
    ({ g, v }) => v.add(sumOver('tree', g.square())),
    'DoWG: the largest distance so far over weighted gradients',
  ],
  [
    'DoWG whose gradients weigh as much as the distance, not its square',
    ({ g, r, v }) => v.add(sumOver('tree', g.square()).mul(r)),
    'DoWG: the largest distance so far over weighted gradients',
  ],
)

const muons = rows((factor: (rows: number, columns: number) => number) => orthogonal(muon({ factor })))([
  'Muon, its factor that of the transpose',
  (rows, columns) => Math.sqrt(Math.max(1, rows / columns)),
  'a matrix or its transpose',
])

type Clipped = (g: Expr, limit: number) => Expr
const elements = rows((f: Clipped) => clipByValue(clipping(f)))(
  [
    'clipping by x / (1 + |x|)',
    (g, limit) => g.div(g.abs().div(limit).add(1)),
    'an element is clipped once and for all',
  ],
  [
    'clipping at the limit and an ε',
    (g, limit) => g.max(-limit - 1e-6).min(limit + 1e-6),
    'an element is clipped in proportion',
  ],
)

const meanSquare = (g: Expr): Expr => sumOver('tensor', g.square()).div(sumOver('tensor', 1))
const rms = (g: Expr): Expr => meanSquare(g).sqrt()
const tensors = rows((f: Clipped) => clipByRms(clipping(f)))(
  [
    'clipping that enlarges small tensors',
    (g, limit) => g.div(rms(g).max(1e-30)).mul(limit),
    'a tensor below the limit is left alone',
  ],
  [
    'clipping of the elements of what has too large a mean',
    (g, limit) => select(rms(g).gt(limit), g.max(-limit).min(limit), g),
    'a tensor is clipped along itself',
  ],
  [
    'clipping with an ε under the root of the mean',
    (g, limit) => g.mul(meanSquare(g).add(1e-6).pow(-0.5).mul(limit).min(1)),
    'a tensor is clipped in proportion',
  ],
  [
    'clipping that makes 0 of a tensor that is not finite',
    (g, limit) => select(rms(g).isFinite(), g.div(rms(g).div(limit).max(1)), 0),
    'a tensor is clipped and nothing hidden',
  ],
)

const groups = rows((due: (t: number, k: number) => boolean) => accumulation(wrappers.accumulation({ due })))([
  'accumulation of two at least',
  (t, k) => t % Math.max(2, k) === 0,
  'one gradient at a time is the optimizer',
])

interface Summed {
  readonly left?: (sum: Expr) => Expr
  readonly given?: (sum: Expr, k: number) => Expr
}
const sums = rows(({ left = (sum) => sum.mul(0), given = (sum) => sum }: Summed) =>
  summing((k) =>
    rule({
      name: 'mine',
      hyper: { due: (t) => (t % k === 0 ? 1 : 0) },
      slots: { sum: 0 },
      step: ({ g, sum, due }) => {
        const all = sum.add(g)
        return { sum: due.select(left(all), all), delta: due.select(given(all, k), 0) }
      },
    }),
  ),
)(
  ['steps at once that are their mean', { given: (sum, k) => sum.div(k) }, 'k steps at once'],
  ['steps at once that are never forgotten', { left: (sum) => sum }, 'k steps at once'],
)

const looksOn = rows((first: Optimizer) => averageSwa((options) => chain(first, wrappers.averageSwa()(options))))([
  'a mean of weights with a decay of its own',
  rule({ name: 'mine', step: ({ g, theta }) => ({ delta: g.sub(theta.mul(1e-3)) }) }),
  'a mean of weights leaves steps as they are',
])

export const mutants: readonly Mutant[] = [
  ...trusting,
  ...fromages,
  ...dowgs,
  ...muons,
  ...elements,
  ...tensors,
  ...groups,
  ...sums,
  ...looksOn,
]
