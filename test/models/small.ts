import { convolutional } from './convolutional.ts'
import type { Model } from './model.ts'
import { perceptron } from './perceptron.ts'
import { recurrent } from './recurrent.ts'
import { transformer } from './transformer.ts'

/** Small enough for tfjs's plain JavaScript back end. */
export const small: readonly Model[] = [
  perceptron(8),
  convolutional({ batch: 2, side: 8 }),
  recurrent({ batch: 3, time: 5, of: 17, width: 8 }),
  transformer({ batch: 2, time: 9, of: 17, width: 16, heads: 2 }),
]
