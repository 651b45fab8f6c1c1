import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe } from 'vitest'
import { replay } from './float32.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('op by op on the CPU', replay)
