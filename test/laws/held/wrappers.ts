import * as gradus from 'gradus'
import { chain } from 'gradus'
import { keras, optax, torch } from 'gradus/presets'
import { distanceFromBelow, monotone } from '../../../laws/claim/monotone.ts'
import { dog, dowg } from '../../../laws/family/distance.ts'
import { lamb } from '../../../laws/family/lamb.ts'
import { lars } from '../../../laws/family/lars.ts'
import { orthogonal } from '../../../laws/family/orthogonal.ts'
import { fromage, trustRatio } from '../../../laws/family/trust.ts'
import type { Law } from '../../../laws/law.ts'
import { accumulation, summing } from '../../../laws/wrapper/accumulation.ts'
import { averageEma, averageSwa } from '../../../laws/wrapper/average.ts'
import { clipByNorm, clipByRms, clipByValue } from '../../../laws/wrapper/clip.ts'
import { lookahead } from '../../../laws/wrapper/lookahead.ts'
import { freeze, masked, partition } from '../../../laws/wrapper/parts.ts'
import { ball, box, projection, simplex } from '../../../laws/wrapper/project.ts'
import { skipping } from '../../../laws/wrapper/skip.ts'

const only = (laws: readonly Law[], ...names: readonly string[]): readonly Law[] =>
  laws.filter(({ name }) => names.includes(name))

const sides = { lower: -1, upper: 2 }
/** Where the first estimate is not so small that few steps leave it there. */
const d0 = 0.01

/** The laws of norms, clipping, projections, wrappers and distances that ours and the presets obey. */
export const held: Readonly<Record<string, readonly Law[]>> = {
  lamb: lamb(gradus.lamb),
  lars: lars(gradus.lars),
  fromage: fromage(gradus.fromage),
  scaleByTrustRatio: trustRatio(gradus.scaleByTrustRatio),
  'optax.lamb': lamb(({ lr, ...others }) => optax.lamb({ learningRate: lr, ...others })),
  'optax.lars': lars(({ lr, trust, beta, weightDecay }) =>
    optax.lars({ learningRate: lr, trustCoefficient: trust, momentum: beta, weightDecay }),
  ),
  'optax.fromage': fromage(({ lr }) => optax.fromage({ learningRate: lr })),
  'optax.scaleByTrustRatio': trustRatio(({ trust, eps }) => optax.scaleByTrustRatio({ trustCoefficient: trust, eps })),

  muon: orthogonal(gradus.muon),
  'optax.muon': orthogonal(({ lr, weightDecay }) => optax.muon({ learningRate: lr, weightDecay })),
  'keras.muon': orthogonal(
    ({ lr, weightDecay }) => keras.muon({ learningRate: lr, weightDecay }),
    (rows, columns) => 0.2 * Math.sqrt(Math.max(rows, columns)),
  ),
  'torch.muon': orthogonal(torch.muon, (rows, columns) => Math.sqrt(Math.max(1, rows / columns))),

  clip: clipByValue(gradus.clip),
  clipByGlobalNorm: clipByNorm(gradus.clipByGlobalNorm),
  clipByBlockRms: clipByRms(gradus.clipByBlockRms),
  'optax.clip': clipByValue((limit) => optax.clip({ maxDelta: limit })),
  'optax.clipByGlobalNorm': clipByNorm((limit) => optax.clipByGlobalNorm({ maxNorm: limit })),
  'optax.clipByBlockRms': clipByRms((limit) => optax.clipByBlockRms({ threshold: limit })),
  'keras.sgd': clipByNorm((limit) => chain(keras.sgd({ learningRate: 1, globalClipnorm: limit }), gradus.scale(-1))),
  'torch.clipGradValue': clipByValue((limit) => torch.clipGradValue({ clipValue: limit })),
  // It divides by ‖g‖ + 1e-6.
  'torch.clipGradNorm': only(
    clipByNorm((limit) => torch.clipGradNorm({ maxNorm: limit })),
    'a norm below the limit is left alone',
    'a norm is clipped along itself',
    'a norm is clipped and nothing hidden',
  ),

  projectBox: projection(gradus.projectBox(sides), box(sides)),
  projectBall: projection(gradus.projectBall({ radius: 3 }), ball({ radius: 3 })),
  projectGlobalBall: projection(gradus.projectGlobalBall({ radius: 4 }), ball({ radius: 4, over: 'tree' })),
  projectSimplex: projection(gradus.projectSimplex({ total: 2 }), simplex({ total: 2 })),
  keepNonnegative: projection(gradus.keepNonnegative(), box({ lower: 0 })),
  'optax.keepParamsNonnegative': projection(optax.keepParamsNonnegative(), box({ lower: 0 })),

  every: accumulation(gradus.every),
  applyEvery: summing(gradus.applyEvery),
  'optax.multiSteps': accumulation((k, opt) => optax.multiSteps({ opt, everyKSchedule: k })),
  'optax.applyEvery': summing((k) => optax.applyEvery({ k })),

  lookahead: lookahead((options, inner) => chain(inner, gradus.lookahead(options))),
  'optax.lookahead': lookahead(({ k, alpha }, inner) =>
    optax.lookahead({ fastOptimizer: inner, syncPeriod: k, slowStepSize: alpha }),
  ),

  averageEma: averageEma(gradus.averageEma),
  averageSwa: averageSwa(gradus.averageSwa),
  'torch.averagedModel': [
    ...averageSwa((when) => torch.averagedModel(when)),
    ...averageEma(({ decay }) => torch.averagedModel({ multiAvgFn: 'ema', decay })),
  ],

  freeze: freeze(gradus.freeze),
  masked: masked(gradus.masked),
  partition: partition(gradus.partition),
  'optax.freeze': freeze((mask, inner) => chain(inner, optax.freeze({ mask }))),
  'optax.selectiveTransform': freeze((freezeMask, optimizer) => optax.selectiveTransform({ optimizer, freezeMask })),
  'optax.masked': masked((mask, inner) => optax.masked({ inner, mask })),
  'optax.partition': partition((transforms, paramLabels) => optax.partition({ transforms, paramLabels })),

  skipNonFinite: skipping(gradus.skipNonFinite),
  'optax.applyIfFinite': skipping((inner) => optax.applyIfFinite({ inner, maxConsecutiveErrors: 1000 })),

  dog: [...dog(gradus.dog), ...monotone(gradus.dog(), 'r')],
  dowg: [...dowg(gradus.dowg), ...monotone(gradus.dowg(), 'r2')],
  'optax.dog': [
    ...dog(({ lr, rEps, eps }) => optax.dog({ learningRate: lr, initStep: ['heuristic', rEps], eps })),
    ...monotone(optax.dog(), 'r'),
  ],
  'optax.dowg': [
    ...dowg(({ lr, rEps, eps }) => optax.dowg({ learningRate: lr, initEstimSqDist: rEps ** 2, eps })),
    ...monotone(optax.dowg(), 'r2'),
  ],
  prodigy: [...monotone(gradus.prodigy(), 'd'), ...distanceFromBelow(gradus.prodigy({ d0 }), 'd')],
  // Its d is NaN where the first gradients are 0: it does fall.
  'optax.prodigy': distanceFromBelow(optax.prodigy({ estimLr0: d0 }), 'd'),
  dAdaptation: monotone(gradus.dAdaptation({ d0 }), 'd'),
  amsgrad: monotone(gradus.amsgrad({ lr: 0.1 }), 'vMax'),
  adagrad: monotone(gradus.adagrad({ lr: 0.1 }), 'G'),
  cocob: monotone(gradus.cocob(), 'L'),
}
