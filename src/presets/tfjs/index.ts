/**
 * TensorFlow.js 4.22's `tf.train`, https://js.tensorflow.org/api/latest/#Training-Optimizers, with its parameters as options.
 *
 * An `epsilon` that is not given, or null, is 1e-7: the back end's, `tf.backend().epsilon()`. On WebGL that is 1e-4, with
 * float32 textures too: there it says that it has 16 bits. Give it `epsilon` where the two are to agree.
 */

export { adadelta } from './adadelta.js'
export { adagrad } from './adagrad.js'
export { adam } from './adam.js'
export { adamax } from './adamax.js'
export { momentum, sgd } from './momentum.js'
export { rmsprop } from './rmsprop.js'
