import { convolutional } from './convolutional.ts'
import type { Model } from './model.ts'
import { perceptron } from './perceptron.ts'
import { recurrent } from './recurrent.ts'
import { transformer } from './transformer.ts'

/** Small enough for tfjs's plain JavaScript back end: the convolutional one takes it 2 s a step at a batch of 4. */
export const small: readonly Model[] = [
  perceptron(8),
  convolutional(2),
  recurrent({ batch: 3, time: 5, of: 17, width: 8 }),
  transformer({ batch: 2, time: 9, of: 17, width: 16, heads: 2 }),
]
