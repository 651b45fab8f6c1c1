/** Keras 3's learning rate schedules, and under `tf1` those of TensorFlow 1. */

export { adam, adamw } from './adam.js'
export { adamax } from './adamax.js'
export {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
} from './keras3.js'
export { lamb } from './lamb.js'
export { nadam } from './nadam.js'
export * as tf1 from './tf1.js'
