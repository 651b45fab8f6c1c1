import type { Tensor } from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import * as gradus from 'gradus'
import { decodeOptimizer, encodeOptimizer, schedule as s, valueAndGrad } from 'gradus'
import { codec } from '../../laws/codec.ts'
import * as laws from '../../laws/index.ts'
import type { Law } from '../../laws/law.ts'
import { obeyed } from '../../test/laws/obeyed.ts'
import { type Ask, ask, type Chapter } from './ask.ts'

/** Every function of gradus/laws that gives laws, in the order of reading, called for what its laws say of themselves: none is tried here. */
const mine = gradus.adam({ lr: 0.1 })
const LR = '({ lr }) => mine'
const ADAM = '({ lr, b1, b2, eps }) => mine'
const ROLLING = '({ lr, beta }) => mine'
const DECAYING = '({ lr, weightDecay }) => mine'

const everyone = (): readonly Ask[] => [
  ask('optimizer', 'mine', [...laws.optimizer(gradus.adam), ...laws.optimizer(gradus.centralize)]),
  ask('rule', 'mine', laws.rule(gradus.adam)),
  ask('backends', 'mine', laws.backends(gradus.centralize())),
]

const claims = (): readonly Ask[] => [
  ...Object.entries({
    coordinatewise: laws.coordinatewise,
    tensorwise: laws.tensorwise,
    odd: laws.odd,
    translationInvariant: laws.translationInvariant,
    rest: laws.rest,
    scaleFree: laws.scaleFree,
    homogeneous: laws.homogeneous,
    neverUp: laws.neverUp,
    downhill: laws.downhill,
  }).map(([name, claim]) => ask(name, 'mine', claim(mine))),
  ask('linearInLr', LR, laws.linearInLr(gradus.adam)),
  ask('boundedByLr', LR, laws.boundedByLr(gradus.adam)),
  ask('constantGradient', LR, laws.constantGradient(gradus.adam)),
]

/** What is said to be equal by names of its own belongs to `equal`, too. */
const equalities = (): readonly Law[] => {
  const own = laws.equal(mine, mine)
  const said = obeyed.flatMap((each) => each.laws.filter(({ equation }) => equation === own[0]?.equation))
  return [...own, ...new Map(said.map((law) => [law.name, law])).values()]
}

const more = (): readonly Ask[] => [
  ask(
    'bounded',
    'mine, (t) => bound',
    laws.bounded(mine, () => 1),
  ),
  ask('effectiveRate', 'mine', laws.effectiveRate(mine)),
  ask('monotone', "mine, 'slot'", laws.monotone(mine, 'v')),
  ask('distanceFromBelow', "mine, 'slot'", laws.distanceFromBelow(mine, 'd')),
  ask('converges', 'mine, { steps, to, curvature, away }', laws.converges(mine)),
  ask('gradientDescent', LR, laws.gradientDescent(gradus.sgd)),
  ask('polyakRate', ROLLING, laws.polyakRate(gradus.momentum)),
  ask('nesterovRate', ROLLING, laws.nesterovRate(gradus.nesterov)),
  ask('reddi', '({ lr, b1, b2 }) => mine', laws.reddi(gradus.amsgrad)),
  ask('decoupledDecay', DECAYING, laws.decoupledDecay(gradus.adamw)),
  ask('l2', DECAYING, laws.l2(gradus.adamw)),
  ask('equal', 'mine, other, { name }', equalities()),
]

const families = (): readonly Ask[] => [
  ask('trace', '({ beta }) => mine', laws.trace(gradus.trace)),
  ask('movingAverage', '({ beta }) => mine', laws.movingAverage(gradus.movingAverage)),
  ask('debiasedAverage', '({ beta }) => mine', laws.debiasedAverage(gradus.debiasedAverage)),
  ask('momentum', ROLLING, laws.momentum(gradus.momentum)),
  ask('heavyBall', ROLLING, laws.heavyBall(gradus.heavyBall)),
  ask('polyakMomentum', ROLLING, laws.polyakMomentum(gradus.momentum)),
  ask('nesterov', ROLLING, laws.nesterov(gradus.nesterov)),
  ask('nesterovInside', ROLLING, laws.nesterovInside(gradus.nesterov)),
  ask('lookingAhead', ROLLING, laws.lookingAhead(gradus.nesterov)),
  ask('nesterovAhead', ROLLING, laws.nesterovAhead(gradus.nesterovAhead)),
  ask('signSteps', LR, laws.signSteps(gradus.signSgd)),
  ask('signSgd', LR, laws.signSgd(gradus.signSgd)),
  ask('signum', ROLLING, laws.signum(gradus.signum)),
  ask('lion', '({ lr, b1, b2, weightDecay }) => mine', laws.lion(gradus.lion)),
  ask('adagrad', '({ lr, eps }) => mine, { eps, start }', laws.adagrad(gradus.adagrad)),
  ask('adadelta', '({ lr, rho, eps }) => mine', laws.adadelta(gradus.adadelta)),
  ask('rmsprop', '({ lr, alpha, eps }) => mine, { eps }', laws.rmsprop(gradus.rmsprop)),
  ask('rmspropCentered', '({ lr, alpha, eps }) => mine, { eps }', laws.rmspropCentered(gradus.rmspropCentered)),
  ask('adam', ADAM, laws.adam(gradus.adam)),
  ask('adamax', ADAM, laws.adamax(gradus.adamax)),
  ask('amsgrad', ADAM, laws.amsgrad(gradus.amsgrad)),
  ask('radam', `${ADAM}, { threshold }`, laws.radam(gradus.radam)),
  ask('trustRatio', '({ trust, eps }) => mine', laws.trustRatio(gradus.scaleByTrustRatio)),
  ask('lars', '({ lr, trust, beta, weightDecay }) => mine', laws.lars(gradus.lars)),
  ask('lamb', '({ lr, b1, b2, eps, weightDecay }) => mine', laws.lamb(gradus.lamb)),
  ask('fromage', LR, laws.fromage(gradus.fromage)),
  ask('dog', '({ lr, rEps, eps }) => mine', laws.dog(gradus.dog)),
  ask('dowg', '({ lr, rEps, eps }) => mine', laws.dowg(gradus.dowg)),
  ask('orthogonal', `${DECAYING}, (rows, columns) => factor`, laws.orthogonal(gradus.muon)),
]

const around = (): readonly Ask[] => [
  ask('clipByValue', '(limit) => mine', laws.clipByValue(gradus.clip)),
  ask('clipByNorm', '(limit) => mine', laws.clipByNorm(gradus.clipByGlobalNorm)),
  ask('clipByRms', '(limit) => mine', laws.clipByRms(gradus.clipByBlockRms)),
  ask(
    'projection',
    'mine, box({ lower, upper })',
    laws.projection(gradus.projectBox({ lower: 0 }), laws.box({ lower: 0 })),
  ),
  ask('accumulation', '(k, inner) => mine', laws.accumulation(gradus.every)),
  ask('summing', '(k) => mine', laws.summing(gradus.applyEvery)),
  ask(
    'lookahead',
    '({ k, alpha }, inner) => mine',
    laws.lookahead((o, inner) => gradus.chain(inner, gradus.lookahead(o))),
  ),
  ask('averageEma', '({ decay }) => mine', laws.averageEma(gradus.averageEma)),
  ask('averageSwa', '({ start, stride }) => mine', laws.averageSwa(gradus.averageSwa)),
  ask('freeze', '(where, inner) => mine', laws.freeze(gradus.freeze)),
  ask('masked', '(where, inner) => mine', laws.masked(gradus.masked)),
  ask('partition', '(members, label) => mine', laws.partition(gradus.partition)),
  ask('skipping', '(inner) => mine', laws.skipping(gradus.skipNonFinite)),
]

const schedules = (): readonly Ask[] => {
  const of = laws.combinators
  return [
    ask('schedule', 's', laws.schedule(s.constant(1))),
    ask('rate', 's', laws.rate(s.constant(1))),
    ask('decay', 's', laws.decay(s.constant(1))),
    ask('combinators.linear', 'linear', of.linear(s.linear)),
    ask('combinators.cosine', 'cosine', of.cosine(s.cosine)),
    ask('combinators.polynomial', 'polynomial', of.polynomial(s.polynomial)),
    ask('combinators.chain', 'chain', of.chain(s.chain)),
    ask('combinators.warmup', 'warmup', of.warmup(s.warmup)),
    ask('combinators.ramp', 'ramp', of.ramp(s.ramp)),
    ask('combinators.cycle', 'cycle', of.cycle(s.cycle)),
    ask('combinators.staircase', 'staircase', of.staircase(s.staircase)),
    ask('combinators.delay', 'delay', of.delay(s.delay)),
    ask('combinators.stretch', 'stretch', of.stretch(s.stretch)),
    ask('combinators.reverse', 'reverse', of.reverse(s.reverse)),
    ask('combinators.hold', 'hold', of.hold(s.hold)),
    ask('combinators.zeroBased', 'zeroBased', of.zeroBased(s.zeroBased)),
    ask(
      'combinators.pointwise',
      'add, (x, y) => x + y',
      of.pointwise(s.add, (x, y) => x + y),
    ),
    ask(
      'combinators.monoid',
      'MonoidSum, (x, y) => x + y',
      of.monoid(s.MonoidSum, (x, y) => x + y),
    ),
  ]
}

const gradients = (): readonly Ask[] => [
  ask('gradient', 'f, { at, reach, tolerance, grad }', [
    ...laws.gradient((x: Tensor) => x.square().sum().asScalar()),
    ...laws.gradient((x: Tensor) => x.square().sum().asScalar(), { grad: (x) => x.mul(2) }),
  ]),
  ask(
    'symbolic',
    '(x, y) => formula',
    laws.symbolic((x, y) => x.mul(y)),
  ),
  ask('autodiff', 'valueAndGrad', laws.autodiff(valueAndGrad)),
]

const codecs = (): readonly Ask[] => [
  ask(
    'codec',
    '{ decode, encode }, json, does',
    codec({ decode: decodeOptimizer, encode: encodeOptimizer }, fc.jsonValue()),
  ),
]

export const chapters: readonly Chapter[] = [
  { title: 'Everyone’s', words: 'What every optimizer owes.', asks: everyone() },
  {
    title: 'Claims',
    words: 'What some optimizers obey and others do not: one asks for each by its name.',
    asks: claims(),
  },
  {
    title: 'More that can be claimed',
    words: 'Of steps, of a slot, of the way down a surface, of another optimizer.',
    asks: more(),
  },
  { title: 'Families', words: 'What an optimizer is, from its definition, whoever wrote it.', asks: families() },
  {
    title: 'Around optimizers',
    words: 'Clipping, projections, and what takes an optimizer and gives one.',
    asks: around(),
  },
  { title: 'Schedules', words: 'What schedules obey, and what makes them of others.', asks: schedules() },
  { title: 'Gradients', words: 'Of a function, of a formula, of what differentiates any.', asks: gradients() },
  { title: 'JSON', words: 'Of what reads and writes.', asks: codecs() },
]
