/** Keras 3.15.1's optimizers and learning rate schedules, and under `tf1` the schedules of TensorFlow 1. */

export { adadelta } from './adadelta.js'
export { adafactor } from './adafactor.js'
export { adagrad } from './adagrad.js'
export { adam, adamw } from './adam.js'
export { adamax } from './adamax.js'
export { ftrl } from './ftrl.js'
export {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
} from './keras3.js'
export { lamb } from './lamb.js'
export { lion } from './lion.js'
export { muon } from './muon.js'
export { nadam } from './nadam.js'
export { rmsprop } from './rmsprop.js'
export { schedulefreeadamw } from './schedulefreeadamw.js'
export { sgd } from './sgd.js'
export * as tf1 from './tf1.js'
