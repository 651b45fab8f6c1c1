import {
  acprop,
  adadelta,
  adagrad,
  adan,
  ademamix,
  adopt,
  asgd,
  heavyBall,
  lion,
  madgrad,
  momentum,
  nesterov,
  type Optimizer,
  optimisticGradientDescent,
  rmsprop,
  rmspropCentered,
  rprop,
  sgd,
  signSgd,
  signum,
  simplifiedAdemamix,
  simulate,
} from 'gradus'
import { keras, optax, torch } from 'gradus/presets'
import { expect, test } from 'vitest'
import { distance } from '../close.ts'

/** Rules that are a framework's too, whose recordings are replayed: there, under these options. */
const lr = (t: number) => 0.05 / t
const learningRate = lr
const moments = { b1: 0.8, b2: 0.95, eps: 1e-3 }
const decay = { weightDecay: 0.3, where: '!b' }
const masked = { weightDecay: 0.3, mask: { w: true, b: false } }
const SAME: Readonly<Record<string, readonly [Optimizer, Optimizer]>> = {
  acprop: [acprop({ lr, ...moments, epsRoot: 1e-4 }), optax.acprop({ learningRate, ...moments, epsRoot: 1e-4 })],
  adadelta: [adadelta({ lr: 0.7, eps: 1e-3 }), keras.adadelta({ learningRate: 0.7, epsilon: 1e-3 })],
  adagrad: [adagrad({ lr, eps: 1e-3 }), optax.adagrad({ learningRate, eps: 1e-3, initialAccumulatorValue: 0 })],
  adan: [adan({ lr, ...moments, b3: 0.7 }), optax.adan({ learningRate, ...moments, b3: 0.7, epsRoot: 0 })],
  ademamix: [
    ademamix({ lr, ...moments, b3: 0.99, ...decay }),
    optax.ademamix({ learningRate, ...moments, b3: 0.99, ...masked }),
  ],
  adopt: [adopt({ lr, ...moments }), optax.adopt({ learningRate, ...moments })],
  asgd: [asgd({ lr: 0.05, lambda: 0.2, alpha: 0.6, t0: 4 }), torch.asgd({ lr: 0.05, lambd: 0.2, alpha: 0.6, t0: 3 })],
  heavyBall: [heavyBall({ lr }), keras.sgd({ learningRate, momentum: 0.9 })],
  lion: [lion({ lr, b1: 0.8, b2: 0.95, ...decay }), optax.lion({ learningRate, b1: 0.8, b2: 0.95, ...masked })],
  madgrad: [madgrad({ lr, eps: 0 }), optax.madgrad({ learningRate, eps: 0 })],
  momentum: [momentum({ lr, beta: 0.7 }), torch.sgd({ lr, momentum: 0.7 })],
  nesterov: [nesterov({ lr, beta: 0.7 }), torch.sgd({ lr, momentum: 0.7, nesterov: true })],
  optimisticGradientDescent: [
    optimisticGradientDescent({ lr, alpha: 0.6, beta: 0.3 }),
    optax.optimisticGradientDescent({ learningRate, alpha: 0.6, beta: 0.3 }),
  ],
  rmsprop: [rmsprop({ lr, alpha: 0.7, eps: 1e-3 }), optax.rmsprop({ learningRate, decay: 0.7, eps: 1e-3 })],
  rmspropCentered: [
    rmspropCentered({ lr, alpha: 0.7, beta: 0.4, eps: 1e-3 }),
    keras.rmsprop({ learningRate, rho: 0.7, momentum: 0.4, epsilon: 1e-3, centered: true }),
  ],
  rprop: [rprop({ start: 0.02, max: 0.1 }), torch.rprop({ lr: 0.02, stepSizes: [1e-6, 0.1] })],
  sgd: [sgd({ lr }), optax.sgd({ learningRate })],
  signSgd: [signSgd({ lr }), optax.signSgd({ learningRate })],
  signum: [signum({ lr, beta: 0.7 }), optax.signum({ learningRate, beta: 0.7 })],
  simplifiedAdemamix: [
    simplifiedAdemamix({ lr, ...moments, alpha: 2, ...decay }),
    optax.simplifiedAdemamix({ learningRate, ...moments, alpha: 2, ...masked }),
  ],
}

const gradients = Array.from({ length: 30 }, (_, t) => ({
  w: Float64Array.from({ length: 3 }, (_, i) => Math.sin(1 + t * (i + 1)) * 10 ** Math.cos(t)),
  b: Float64Array.of(Math.cos(2 * t), t % 7 < 2 ? 0 : 0.1, 0),
}))
const theta = { w: Float64Array.of(1, -2, 0.5), b: Float64Array.of(0.3, -0.7, 0.2) }

test.each(Object.entries(SAME))('%s is the preset’s', (_, [ours, theirs]) => {
  const expected = [...simulate(theirs, theta, gradients)]
  for (const [i, { params }] of [...simulate(ours, theta, gradients)].entries())
    expect(distance(params, expected[i]?.params)).toBeLessThan(1e-12)
})
