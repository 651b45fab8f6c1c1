/** Keras 3's learning rate schedules, and under `tf1` those of TensorFlow 1. */

export { adadelta } from './adadelta.js'
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
export { nadam } from './nadam.js'
export { rmsprop } from './rmsprop.js'
export { sgd } from './sgd.js'
export * as tf1 from './tf1.js'
