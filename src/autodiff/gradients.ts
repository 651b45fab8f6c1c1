import { type GradConfig, getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core'
import { activations } from './gradients/activations.js'
import { arithmetic } from './gradients/arithmetic.js'
import { batchNormalization } from './gradients/batchnormalization.js'
import { convolutions } from './gradients/convolutions.js'
import { dilation } from './gradients/dilation.js'
import { products } from './gradients/einsum.js'
import { indexing } from './gradients/indexing.js'
import { jumps } from './gradients/jumps.js'
import { layout } from './gradients/layout.js'
import { normalization } from './gradients/normalization.js'
import { leaveOutWhatIsNotThere } from './gradients/optional.js'
import { keepTapeInOrder } from './gradients/order.js'
import { pooling } from './gradients/pooling.js'
import { reductions } from './gradients/reductions.js'
import { resampling } from './gradients/resampling.js'
import { resizing } from './gradients/resizing.js'
import { sparse } from './gradients/sparse.js'

/** The gradients that TensorFlow.js lacks, and those in place of its own that are wrong or cannot be differentiated again. */
export const GRADIENTS: readonly GradConfig[] = [
  ...jumps,
  ...arithmetic,
  ...activations,
  ...reductions,
  ...products,
  ...layout,
  ...indexing,
  ...sparse,
  ...convolutions,
  ...pooling,
  ...dilation,
  batchNormalization,
  ...normalization,
  ...resizing,
  ...resampling,
]

/**
 * Makes first and second derivatives of plain `tf.*` code right, on every back end, `tf.grad(tf.grad(f))` too. Anybody may call
 * it any number of times, and before or after tfjs's own gradients are there.
 */
export const installGradients = (): void => {
  keepTapeInOrder()
  leaveOutWhatIsNotThere()
  for (const config of GRADIENTS) {
    const present = getGradient(config.kernelName)
    if (present === config) continue
    if (present) unregisterGradient(config.kernelName)
    registerGradient(config)
  }
}
