/**
 * What other frameworks have, under their names, with their options and defaults, and with their values: for those who come
 * from there. A name is the framework's in camel case, `StepLR` is `torch.stepLR`; so is an option, `T_max` is `tMax`; a
 * value that is a name stays as it is, 'exp_range'; and null is None.
 *
 * A schedule is on our clock: its value at t = 1, the first update, is the framework's at its first count, 0. Those that hear
 * the loss, `torch.reduceLROnPlateau` and `optax.reduceOnPlateau`, are no schedules but optimizers, parts of a chain.
 */

export * as keras from './keras/index.js'
export * as optax from './optax/index.js'
export * as tfjs from './tfjs/index.js'
export * as torch from './torch/index.js'
