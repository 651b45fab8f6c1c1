import { reshape, sign, type Tensor } from '@tensorflow/tfjs-core'
import { chain, type Expr, maxOver, rule, select, sumOver, type Tensors, tree, zeroNans } from 'gradus'
import { keras, optax, torch } from 'gradus/presets'
import { distanceFromBelow, monotone } from '../../../laws/claim/monotone.ts'
import { dog } from '../../../laws/family/distance.ts'
import { lamb } from '../../../laws/family/lamb.ts'
import { lars } from '../../../laws/family/lars.ts'
import { orthogonal } from '../../../laws/family/orthogonal.ts'
import { accumulation } from '../../../laws/wrapper/accumulation.ts'
import { averageEma, averageSwa } from '../../../laws/wrapper/average.ts'
import { clipByNorm, clipByRms, clipByValue } from '../../../laws/wrapper/clip.ts'
import { lookahead } from '../../../laws/wrapper/lookahead.ts'
import { freeze, masked, partition } from '../../../laws/wrapper/parts.ts'
import { ball, box, projection, simplex } from '../../../laws/wrapper/project.ts'
import { skipping } from '../../../laws/wrapper/skip.ts'
import { type Mutant, rows } from '../mutant.ts'
import * as norms from '../soundnorms.ts'
import { adamOf, decayed, ratio, size } from '../soundnorms.ts'
import * as wrappers from '../soundwrappers.ts'
import { numbers, times } from '../written.ts'

/** How norms, clipping, projections and wrappers go wrong: of what is sound one part at a time. */
const one = (x: Expr): Expr => x.mul(0).add(1)

const REACHED = 'a norm is clipped to the limit'
const LEFT = 'a norm below the limit is left alone'
const sumOfSizes = (g: Expr): Expr => sumOver('tree', g.abs())

const clippingNorms = rows((f: (g: Expr, limit: number) => Expr) => clipByNorm(norms.clipping(f)))(
  ['clipping by the norm of each tensor', (g, limit) => g.mul(one(g).min(size(g).pow(-1).mul(limit))), REACHED],
  ['clipping that enlarges small gradients', (g, limit) => g.div(size(g, 'tree').max(1e-30)).mul(limit), LEFT],
  ['clipping by the sum of sizes', (g, limit) => g.mul(sumOfSizes(g).pow(-1).mul(limit).min(1)), REACHED],
  ['clipping by the largest size', (g, limit) => g.mul(maxOver('tree', g.abs()).pow(-1).mul(limit).min(1)), REACHED],
  [
    'clipping where the square of the norm is above the limit',
    (g, limit) => select(size(g, 'tree').square().gt(limit), g.div(size(g, 'tree')).mul(limit), g),
    LEFT,
  ],
  [
    'clipping by the square of the norm',
    (g, limit) => g.mul(size(g, 'tree').square().pow(-1).mul(limit).min(1)),
    REACHED,
  ],
  ['clipping that divides 0 by 0', (g, limit) => g.div(size(g, 'tree')).mul(size(g, 'tree').min(limit)), LEFT],
  [
    'clipping of the elements of what has too large a norm',
    (g, limit) => select(size(g, 'tree').gt(limit), g.max(-limit).min(limit), g),
    'a norm is clipped along itself',
  ],
  [
    'clipping with an ε of its own under the root',
    (g, limit) => g.mul(sumOver('tree', g.square()).add(1e-6).pow(-0.5).mul(limit).min(1)),
    'a norm is clipped in proportion',
  ],
  [
    'clipping that makes 0 of what is not finite',
    (g, limit) => select(size(g, 'tree').isFinite(), g.mul(size(g, 'tree').pow(-1).mul(limit).min(1)), 0),
    'a norm is clipped and nothing hidden',
  ],
)

const clippingElements = rows((f: (g: Expr, limit: number) => Expr) => clipByValue(norms.clipping(f)))(
  ['clipping from above alone', (g, limit) => g.min(limit), 'an element is clipped to the limit'],
  [
    'clipping by a factor for each element',
    (g, limit) => g.mul(g.abs().pow(-1).mul(limit).min(1)),
    'an element is clipped to the limit',
  ],
  ['clipping by tanh', (g, limit) => g.div(limit).tanh().mul(limit), 'an element below the limit is left alone'],
  ['clipping with its bounds exchanged', (g, limit) => g.min(-limit).max(limit), 'an element is clipped along itself'],
  [
    'clipping to 0 instead of to the limit',
    (g, limit) => select(g.abs().gt(limit), g.mul(0), g),
    'an element is clipped along itself',
  ],
  [
    'clipping by comparisons, all of which NaN fails',
    (g, limit) => select(g.ge(limit), limit, select(g.gt(-limit), g, -limit)),
    'an element is clipped and nothing hidden',
  ],
)

const rms = (over: 'tensor' | 'tree', g: Expr): Expr => size(g, over).div(sumOver(over, 1).sqrt())
const clippingTensors = rows((f: (g: Expr, limit: number) => Expr) => clipByRms(norms.clipping(f)))(
  [
    'clipping by a norm that is no mean',
    (g, limit) => g.div(size(g).div(limit).max(1)),
    'a tensor is clipped to the limit',
  ],
  [
    'clipping by the mean of all tensors',
    (g, limit) => g.div(rms('tree', g).div(limit).max(1)),
    'a tensor is clipped to the limit',
  ],
  [
    'clipping with an ε beside the mean',
    (g, limit) => g.mul(rms('tensor', g).add(1e-6).pow(-1).mul(limit).min(1)),
    'a tensor is clipped once and for all',
  ],
)

const LONG = 'as long as lr times the tensor'
const WHITHER = 'LAMB goes where AdamW goes'
type LambStep = NonNullable<Parameters<typeof norms.lamb>[0]>
const lambs = rows((delta: LambStep) => lamb(norms.lamb(delta)))(
  [
    'LAMB, its ratio upside down',
    (s) =>
      decayed(s)
        .mul(ratio(size(decayed(s)), size(s.theta)))
        .mul(s.lr)
        .neg(),
    LONG,
  ],
  [
    'LAMB, its norms of all tensors',
    (s) =>
      decayed(s)
        .mul(ratio(size(s.theta, 'tree'), size(decayed(s), 'tree')))
        .mul(s.lr)
        .neg(),
    LONG,
  ],
  [
    'LAMB, the norm of its step taken before the decay',
    (s) =>
      decayed(s)
        .mul(ratio(size(s.theta), size(adamOf(s))))
        .mul(s.lr)
        .neg(),
    LONG,
  ],
  [
    'LAMB, the norm of g under the bar',
    (s) =>
      decayed(s)
        .mul(ratio(size(s.theta), size(s.g)))
        .mul(s.lr)
        .neg(),
    LONG,
  ],
  [
    'LAMB without its lr',
    (s) =>
      decayed(s)
        .mul(ratio(size(s.theta), size(decayed(s))))
        .neg(),
    LONG,
  ],
  [
    'LAMB that leaves zeros where they are',
    (s) =>
      decayed(s)
        .mul(size(s.theta))
        .div(size(decayed(s)).max(1e-30))
        .mul(s.lr)
        .neg(),
    WHITHER,
  ],
  [
    'LAMB that divides 0 by 0',
    (s) =>
      decayed(s)
        .mul(select(size(s.theta).gt(0), size(s.theta).div(size(decayed(s))), 1))
        .mul(s.lr)
        .neg(),
    WHITHER,
  ],
  [
    'LAMB without bias corrections',
    (s) => {
      const u = s.m.div(s.v.sqrt().add(s.eps)).add(s.theta.mul(s.weightDecay))
      return u
        .mul(ratio(size(s.theta), size(u)))
        .mul(s.lr)
        .neg()
    },
    WHITHER,
  ],
)

const larses = rows((wrong: Partial<norms.LarsParts>) => lars(norms.lars(wrong)))(
  [
    'LARS, its rate outside of the momentum',
    {
      heard: ({ g, theta, weightDecay }, lambda) => g.add(theta.mul(weightDecay)).mul(lambda),
      delta: ({ m, lr }) => m.mul(lr).neg(),
    },
    'LARS sums up its steps',
  ],
  [
    'LARS, the decay not in its ratio',
    {
      lambda: ({ g, theta, trust }) => ratio(size(theta), size(g)).mul(trust),
    },
    'no longer with decay',
  ],
  [
    'LARS, the decay beside its ratio',
    {
      heard: ({ g, theta, lr, weightDecay }, lambda) => g.mul(lambda).add(theta.mul(weightDecay)).mul(lr),
    },
    'along the gradient and the decay',
  ],
  [
    'LARS that leaves zeros where they are',
    {
      lambda: ({ g, theta, trust, weightDecay }) =>
        trust.mul(size(theta)).div(size(g).add(size(theta).mul(weightDecay)).max(1e-30)),
    },
    'a tensor of zeros moves by lr',
  ],
  [
    'LARS without its trust',
    {
      lambda: ({ g, theta, weightDecay }) => ratio(size(theta), size(g).add(size(theta).mul(weightDecay))),
    },
    'as long as lr · trust times the tensor',
  ],
  [
    'LARS with the sign of its decay wrong',
    {
      heard: ({ g, theta, lr, weightDecay }, lambda) => g.sub(theta.mul(weightDecay)).mul(lambda.mul(lr)),
    },
    'along the gradient and the decay',
  ],
)

const VALUES = 'singular values near 1'
const muons = rows((wrong: Partial<norms.MuonParts>) => orthogonal(norms.muon(wrong)))(
  ['Muon that does not divide by the norm', { bounded: (x: Tensor) => x }, VALUES],
  ['Muon of one step', { steps: 1 }, VALUES],
  ['Muon with Newton and Schulz’s own polynomial', { quintic: [1.5, -0.5, 0] }, VALUES],
  ['Muon that divides 0 by 0', { bounded: (x: Tensor) => x.div(x.norm()) }, VALUES],
  ['Muon without its factor for what is wide', { factor: () => 1 }, VALUES],
  [
    'Muon that does not transpose back',
    { back: (x: Tensor) => reshape(x, [...x.shape].reverse()) },
    'singular vectors stay',
  ],
  [
    'Muon that divides by the largest element',
    { bounded: (x: Tensor) => x.div(x.abs().max().add(1e-7)).div(3) },
    'no basis',
  ],
  ['Muon of elements: signs', { bounded: (x: Tensor) => sign(x).div(10), steps: 0 }, 'no basis'],

  ['Muon without momentum', { m: (_, g) => g, u: (_, g) => g }, 'coasting'],
  ['Muon, its steps as large as its momentum', { step: (o: Tensor, u: Tensor) => o.mul(u.mul(o).sum()) }, 'no size'],
)

const INTO = 'a step ends in the set'
const NEAREST = 'a step ends at the nearest point'
const unitBall = (f: (end: Expr, theta: Expr, g: Expr) => Expr) => projection(norms.projecting(f), ball({ radius: 2 }))
const balls = rows(unitBall)(
  ['a projection of the step', (_, theta, g) => theta.add(g.mul(size(g).pow(-1).mul(2).min(1))), INTO],
  ['a projection of θ before the step', (_, theta, g) => theta.mul(size(theta).pow(-1).mul(2).min(1)).add(g), INTO],
  [
    'a projection onto the sphere',
    (end) => end.mul(size(end).max(1e-30).pow(-1).mul(2)),
    'a step that ends in the set is left alone',
  ],
  ['a projection of all tensors as one', (end) => end.mul(size(end, 'tree').pow(-1).mul(2).min(1)), NEAREST],
  [
    'a projection with an ε beside the norm',
    (end) => end.mul(size(end).add(1e-6).pow(-1).mul(2).min(1)),
    'a step is projected once and for all',
  ],
  ['a projection of elements', (end) => end.max(-Math.SQRT1_2).min(Math.SQRT1_2), NEAREST],
)
const boxes = rows((f: (end: Expr, theta: Expr, g: Expr) => Expr) =>
  projection(norms.projecting(f), box({ lower: -1, upper: 2 })),
)(
  ['a projection with its bounds exchanged', (end) => end.max(-2).min(1), INTO],
  [
    'a projection into a box by shrinking',
    (end) => end.div(maxOver('tensor', end.max(end.neg().mul(2)).div(2)).max(1)),
    NEAREST,
  ],
  [
    'a projection that leaves θ where it was if the step ends outside',
    (end, theta) => select(end.le(2).mul(end.ge(-1)), end, theta.max(-1).min(2)),
    NEAREST,
  ],
)
const simplices = rows((f: (end: Expr) => Expr) => projection(norms.projecting(f), simplex({ total: 1 })))([
  'a projection onto a simplex by division',
  (end) => {
    const positive = end.max(0).add(1e-12)
    return positive.div(sumOver('tensor', positive))
  },
  NEAREST,
])

const STILL = 'nothing moves until there are k gradients'
const MEAN = 'k gradients are one step on their mean'
const accumulated = rows((wrong: Parameters<typeof wrappers.accumulation>[0]) =>
  accumulation(wrappers.accumulation(wrong)),
)(
  ['accumulation that sums up', { share: () => 1 }, MEAN],
  ['accumulation that steps one too early', { due: (t, k) => (t + 1) % k === 0 }, STILL],
  ['accumulation that steps one too late', { due: (t, k) => t > 1 && t % k === 1 % k }, STILL],
  ['accumulation that forgets to begin anew', { left: (sum) => times(1, sum) }, MEAN],
  ['accumulation whose schedules count gradients', { clock: (t) => t }, MEAN],
  ['accumulation whose schedules count from 0', { clock: (t, k) => Math.max(1, t / k - 1) }, MEAN],
  ['accumulation that moves in between', { between: (g) => times(-0.01, g) }, STILL],
  ['accumulation that divides by one too many', { share: (k) => 1 / (k + 1) }, MEAN],
  ['accumulation that keeps the last gradient', { left: (sum) => times(1e-3, sum) }, MEAN],
)

/** All steps are made, and given out together. */
const summedSteps: Mutant = {
  name: 'accumulation of steps instead of gradients',
  laws: accumulation((k, inner) => chain(inner, optax.applyEvery({ k }), optax.scale({ stepSize: 1 / k }))),
  law: MEAN,
}

const PART = 'part of the way at each synchronization'
const ahead = rows((wrong: Parameters<typeof wrappers.lookahead>[0]) => lookahead(wrappers.lookahead(wrong)))(
  [
    'lookahead with 1 − alpha',
    { moved: ({ g, theta, slow, alpha }) => slow.add(theta.add(g).sub(slow).mul(alpha.neg().add(1))) },
    'back to where it started',
  ],
  ['lookahead that never looks back', { due: () => false }, 'back to where it started'],
  ['lookahead that looks back one too late', { due: (t, k) => t > k && t % k === 1 % k }, 'fast until it looks back'],
  ['lookahead whose slow weights start at 0', { start: 0 }, PART],
  ['lookahead whose slow weights stay where they were', { kept: ({ slow }) => slow }, PART],
  ['lookahead whose slow weights become the fast ones', { kept: ({ g, theta }) => theta.add(g) }, PART],
  [
    'lookahead from the fast weights before the step',
    { moved: ({ theta, slow, alpha }) => slow.add(theta.sub(slow).mul(alpha)) },
    'looking one step ahead and going there',
  ],
  ['lookahead, its fast weights evaluated', { shown: ({ theta }) => theta }, 'slow weights are evaluated'],
)

const EMA = 'a moving average of weights'
const movingAverages = rows((wrong: Parameters<typeof wrappers.averageEma>[0]) =>
  averageEma(wrappers.averageEma(wrong)),
)(
  ['a moving average with 1 − decay', { weight: (decay) => 1 - decay }, EMA],
  ['a moving average of gradients', { heard: ({ g }) => g }, EMA],
  ['a moving average of the weights before each step', { heard: ({ theta }) => theta }, EMA],
  ['a moving average that begins at 0', { first: (_, average) => average }, EMA],
  [
    'a moving average that begins at the weights before the first step',
    { start: 'theta', first: (_, average) => average },
    EMA,
    'TensorFlow 1',
  ],
  [
    'a moving average that is stepped towards',
    { delta: ({ g, theta, average, n }) => n.gt(0).select(average.sub(theta).mul(0.01).add(g), g) },
    'a moving average leaves steps as they are',
  ],
)
const SWA = 'a mean of weights'
const CYCLES = 'a mean of the weights at the ends of cycles'
const means = rows((wrong: Parameters<typeof wrappers.averageSwa>[0]) => averageSwa(wrappers.averageSwa(wrong)))(
  ['a mean of weights and a 0', { over: (n) => n.add(1) }, SWA],
  ['a mean of weights that forgets the first', { over: (n) => n.sub(1).max(1) }, SWA],
  ['a mean of the weights before each step', { heard: ({ theta }) => theta }, SWA],
  [
    'a mean of weights from the start of cycles',
    { enters: (t, { start, stride }) => t > start && (t - start - 1) % stride === 0 },
    CYCLES,
  ],
  [
    'a mean of weights that begins one too early',
    { enters: (t, { start, stride }) => t >= start && (t - start) % stride === 0 },
    CYCLES,
  ],
  ['a mean of weights that is 0 until there are some', { before: (_, average) => average }, CYCLES],
)

const none = (g: Expr): Expr => g.mul(0)
const { onLeaves } = norms

const FROZEN = 'what is frozen does not move'
const frozen = rows(freeze)(
  ['freezing of gradients, before the decay', (where, inner) => chain(onLeaves(where, none), inner), FROZEN],
  [
    'freezing of all that should not be',
    (where, inner) =>
      chain(
        inner,
        onLeaves((path) => !where(path), none),
      ),
    FROZEN,
  ],
  [
    'freezing by a rate of a hundredth',
    (where, inner) =>
      chain(
        inner,
        onLeaves(where, (g) => g.mul(0.01)),
      ),
    FROZEN,
  ],
  [
    'freezing of everything',
    (_, inner) =>
      chain(
        inner,
        onLeaves(() => true, none),
      ),
    'what is not frozen moves as without what is',
  ],
)

const everything = (all: Tensors): Tensors => all
const masking = rows((wrong: Parameters<typeof wrappers.masked>[0]) => masked(wrappers.masked(wrong)))(
  ['a mask that stops what is outside', { otherwise: (g) => times(0, g) }, 'what is outside of a mask goes through'],
  ['a mask whose norms are of all leaves', { seen: everything }, 'what is in a mask moves as if alone'],
)

const OWN = 'each leaf by its own optimizer'
const partitioned = rows(partition)(
  ['a partition whose norms are of all leaves', wrappers.partition({ seen: everything }), OWN],
  ['a partition of one state for all', wrappers.partition({ seen: everything, own: () => 0 }), OWN],
  [
    'a partition that takes the wrong member',
    (members, label) => wrappers.partition()(members, (path) => (label(path) === 'x' ? 'y' : 'x')),
    OWN,
  ],
)

const STAYS = 'a broken gradient moves nothing'
const TRACE = 'a broken gradient leaves no trace'
const skipped = rows((wrong: Parameters<typeof wrappers.skipping>[0]) => skipping(wrappers.skipping(wrong)))(
  ['skipping that lets NaN into the state', { kept: (_, after) => after }, TRACE],
  ['skipping whose t counts what was skipped', { clock: (t) => t }, TRACE],
  ['skipping of NaN alone', { broken: (g) => numbers(g).some(Number.isNaN) }, STAYS],
  [
    'skipping by a look at the first leaf',
    { broken: (g) => !numbers(tree.leaves(g)[0] as Tensor).every(Number.isFinite) },
    STAYS,
  ],
  [
    'skipping of what is large',
    { broken: (g) => !numbers(g).every((x) => Math.abs(x) < 500) },
    'as ever while gradients are finite',
  ],
)
const zeroed: Mutant = {
  name: 'skipping of elements instead of updates',
  laws: skipping((inner) => chain(zeroNans(), inner)),
  law: STAYS,
}

const DOG = 'DoG: the largest distance so far over gradients'
const dogs = rows((wrong: Partial<wrappers.DogParts>) => dog(wrappers.dog(wrong)))(
  ['DoG from where it was before', { x0: ({ theta }) => theta }, DOG],
  ['DoG with the smallest distance', { r: (before, far, first) => select(before.gt(0), before.min(far), first) }, DOG],
  ['DoG with the distance that is now', { r: (_, far, first) => far.max(first) }, DOG],
  ['DoG, its distance of each element', { far: ({ theta, x0 }) => maxOver('tree', theta.sub(x0).abs()) }, DOG],
  ['DoG with gradients that are forgotten', { G: ({ g, G }) => G.mul(0.9).add(sumOver('tree', g.square())) }, DOG],
  [
    'DoG whose sum begins after its step',
    { under: ({ g, G, eps }) => G.sub(sumOver('tree', g.square())).add(eps).sqrt() },
    DOG,
  ],
  ['DoG without the size of where it started', { first: (x0, rEps) => size(x0, 'tree').mul(0).add(rEps) }, DOG],
)

const FALLS = 'a slot never falls'
const estimates = rows((wrong: Partial<wrappers.ProdigyParts>) => {
  const mine = wrappers.prodigy(wrong)
  return [...monotone(mine, 'd'), ...distanceFromBelow(mine, 'd')]
})
const prodigies = estimates(
  ['Prodigy without its maximum', { next: (_, found) => found }, FALLS],
  ['Prodigy whose estimate is averaged', { next: (d, found) => d.mul(0.9).add(found.max(d.mul(0.5)).mul(0.1)) }, FALLS],
  [
    'Prodigy, of whose two sums one alone is an average',
    { weight: ({ d }) => d.square().mul(0.03) },
    'no further than the solution',
  ],
  ['Prodigy with a norm that is not dual', { norm: (s) => size(s, 'tree') }, 'no further than the solution'],
)

const grown = (name: string, next: (v: Expr, g: Expr) => Expr, start = 0): Mutant => ({
  name,
  laws: monotone(
    rule({
      name: 'mine',
      slots: { v: start },
      step: ({ g, v }) => ({ v: next(v, g), delta: g.div(next(v, g).add(1e-8).sqrt()).mul(0.1).neg() }),
    }),
    'v',
  ),
  law: FALLS,
})

const shipped: readonly Mutant[] = [
  {
    name: 'clip_grad_norm_, which divides by ‖g‖ + 1e-6',
    shipped: 'PyTorch',
    laws: clipByNorm((limit) => torch.clipGradNorm({ maxNorm: limit })),
    law: 'a norm is clipped once and for all',
  },
  {
    name: 'LAMB with its decay beside the ratio',
    shipped: 'Keras',
    laws: lamb(({ lr, b1, b2, eps, weightDecay }) =>
      keras.lamb({ learningRate: lr, beta1: b1, beta2: b2, epsilon: eps, weightDecay }),
    ),
    law: LONG,
  },
  {
    name: 'Prodigy whose estimate is NaN where the first gradients are 0',
    shipped: 'Optax',
    laws: monotone(optax.prodigy({}), 'd'),
    law: FALLS,
  },
]

export const mutants: readonly Mutant[] = [
  ...clippingNorms,
  ...clippingElements,
  ...clippingTensors,
  ...lambs,
  ...larses,
  ...muons,
  ...balls,
  ...boxes,
  ...simplices,
  ...accumulated,
  summedSteps,
  ...ahead,
  ...movingAverages,
  ...means,
  ...frozen,
  ...masking,
  ...partitioned,
  ...skipped,
  zeroed,
  ...dogs,
  ...prodigies,
  grown('AMSGrad without its maximum', (v, g) => v.mul(0.9).add(g.square().mul(0.1))),
  grown('Adagrad whose sum is of gradients', (v, g) => v.add(g)),
  ...shipped,
]
