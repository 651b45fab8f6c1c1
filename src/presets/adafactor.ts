import type { Hyper } from '../schedule/schedule.js'

/** What PyTorch and Keras make of Adafactor's options: `beta2Decay` is our decay with the other sign, and the rate is bounded. */

/** min(lr, 1/√t). */
export const bounded =
  (lr: Hyper): Hyper =>
  (t) =>
    Math.min(typeof lr === 'function' ? lr(t) : lr, 1 / Math.sqrt(t))

export const negated = (x: Hyper): Hyper => (typeof x === 'function' ? (t) => -x(t) : -x)
