import * as gradus from 'gradus'
import { chain, type Hyper, scaleByLr } from 'gradus'
import { keras, optax, tfjs, torch } from 'gradus/presets'
import { bounded } from '../../../laws/claim/bounded.ts'
import { effectiveRate } from '../../../laws/claim/effectiverate.ts'
import { equal } from '../../../laws/claim/equal.ts'
import { adadelta } from '../../../laws/family/adadelta.ts'
import { adagrad } from '../../../laws/family/adagrad.ts'
import { type AdamOptions, adam, adamBound } from '../../../laws/family/adam.ts'
import { adamax, adamaxBound } from '../../../laws/family/adamax.ts'
import { amsgrad } from '../../../laws/family/amsgrad.ts'
import { radam } from '../../../laws/family/radam.ts'
import { reddi } from '../../../laws/family/reddi.ts'
import { type RmspropOptions, rmsprop } from '../../../laws/family/rmsprop.ts'
import { rmspropCentered } from '../../../laws/family/rmspropcentered.ts'
import type { Law } from '../../../laws/law.ts'

/** What the adaptive family obeys, by the names of its constructors. */

/** All but these. */
const without = (laws: readonly Law[], ...names: readonly string[]): readonly Law[] => {
  for (const name of names) if (!laws.some((law) => law.name === name)) throw new RangeError(`no law "${name}"`)
  return laws.filter(({ name }) => !names.includes(name))
}

const lr: Hyper = (t) => 0.5 + (t % 3)

const betas = ({ lr, b1, b2, eps }: AdamOptions) => ({ lr, betas: [b1, b2] as const, eps })
const beta1 = ({ lr, b1, b2, eps }: AdamOptions) => ({ learningRate: lr, beta1: b1, beta2: b2, epsilon: eps })
const optaxed = ({ lr, ...options }: AdamOptions) => ({ learningRate: lr, ...options })
const decayed = ({ lr, alpha, eps }: RmspropOptions) => ({ learningRate: lr, decay: alpha, eps })

const sharpAdam = bounded(gradus.adam({ lr: 1 }), (t) => adamBound({ lr: 1, b1: 0.9, b2: 0.999 }, t))

export const held: Readonly<Record<string, readonly Law[]>> = {
  adam: [
    ...adam(gradus.adam),
    ...sharpAdam,
    ...equal(gradus.adam({ lr, b1: 0, b2: 0, eps: 0 }), gradus.signSgd({ lr }), {
      name: 'Adam without memory is sign descent',
      zero: 'nowhere',
    }),
    ...equal(
      gradus.adam({ lr, b1: 0, b2: 0.9, eps: 0 }),
      optax.rmsprop({ learningRate: lr, decay: 0.9, eps: 0, biasCorrection: true }),
      { name: 'Adam without momentum is RMSprop with its bias corrected' },
    ),
  ],
  adamw: adam((options) => gradus.adamw({ ...options, weightDecay: 0 })),
  scaleByAdam: adam(({ lr, ...options }) => chain(gradus.scaleByAdam(options), scaleByLr(lr))),
  adamax: [
    ...adamax(gradus.adamax),
    ...bounded(gradus.adamax({ lr: 1 }), (t) => adamaxBound({ lr: 1, b1: 0.9, b2: 0.999 }, t)),
  ],
  adamaxw: adamax((options) => gradus.adamaxw({ ...options, weightDecay: 0 })),
  amsgrad: amsgrad(gradus.amsgrad),
  adagrad: [
    ...adagrad(gradus.adagrad),
    ...reddi(() => gradus.adagrad({ lr: 1 })),
    ...equal(gradus.adagrad({ lr: (t) => Math.sqrt(t), eps: 0 }), gradus.rootMeanSquare({ lr: 1 }), {
      name: 'Adagrad at the rate √t divides by the root mean square',
    }),
  ],
  rootMeanSquare: bounded(gradus.rootMeanSquare({ lr: 1 }), (t) => Math.sqrt(t)),
  sgd: [...effectiveRate(gradus.sgd({ lr: 0.1 })), ...reddi(({ lr }) => gradus.sgd({ lr }))],
  rmsprop: rmsprop(gradus.rmsprop),
  rmspropCentered: rmspropCentered((options) => gradus.rmspropCentered({ ...options, beta: 0 })),
  rmspropFromFirst: bounded(gradus.rmspropFromFirst({ lr: 1, alpha: 0.9 }), () => 1 / Math.sqrt(1 - 0.9)),
  adadelta: adadelta(gradus.adadelta),
  radam: radam(gradus.radam),
  ftrl: effectiveRate(gradus.ftrl({ lr: 1 })),

  'torch.adam': adam((options) => torch.adam(betas(options))),
  'torch.adamw': adam((options) => torch.adamw({ ...betas(options), weightDecay: 0 })),
  'torch.adamax': adamax((options) => torch.adamax(betas(options))),
  'torch.adagrad': adagrad(torch.adagrad, { eps: 'outside' }),
  'torch.rmsprop': rmsprop(torch.rmsprop, { eps: 'outside' }),
  'torch.adadelta': adadelta(torch.adadelta),
  'torch.radam': radam((options) => torch.radam(betas(options)), { threshold: 5 }),

  'keras.adam': without(
    adam((options) => keras.adam(beta1(options))),
    'where the ε of Adam stands',
    'Adam at a constant gradient',
  ),
  'keras.adamax': adamax((options) => keras.adamax(beta1(options))),
  'keras.adagrad': adagrad(({ lr, eps }) => keras.adagrad({ learningRate: lr, epsilon: eps }), { start: 0.1 }),
  'keras.rmsprop': rmsprop(({ lr, alpha, eps }) => keras.rmsprop({ learningRate: lr, rho: alpha, epsilon: eps })),
  'keras.adadelta': adadelta(({ lr, rho, eps }) => keras.adadelta({ learningRate: lr, rho, epsilon: eps })),

  'tfjs.adam': adam((options) => tfjs.adam(beta1(options))),
  'tfjs.adamax': adamax((options) => tfjs.adamax(beta1(options))),
  'tfjs.adagrad': without(
    adagrad(({ lr }) => tfjs.adagrad({ learningRate: lr }), { start: 0.1 + 1e-7 }),
    'where the ε of Adagrad stands',
  ),
  'tfjs.rmsprop': rmsprop(({ lr, alpha, eps }) => tfjs.rmsprop({ learningRate: lr, decay: alpha, epsilon: eps })),

  'optax.adam': adam((options) => optax.adam(optaxed(options))),
  'optax.amsgrad': amsgrad((options) => optax.amsgrad(optaxed(options))),
  'optax.adamax': adamax((options) => optax.adamax(optaxed(options))),
  'optax.adagrad': adagrad(({ lr, eps }) => optax.adagrad({ learningRate: lr, eps }), { start: 0.1 }),
  'optax.rmsprop': rmsprop((options) => optax.rmsprop(decayed(options))),
  'optax.adadelta': adadelta(({ lr, ...options }) => optax.adadelta({ learningRate: lr, ...options })),
  'optax.radam': radam((options) => optax.radam(optaxed(options)), { threshold: 5 }),
}
