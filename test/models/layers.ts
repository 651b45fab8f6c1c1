import * as tf from '@tensorflow/tfjs'
import { classes, images, symbols } from './data.ts'

/** Models of tf.layers, as their users make them, and the data that they are fitted to; the same numbers each time. */
export interface Fitted {
  readonly name: string
  make(): tf.Sequential
  data(): { readonly x: tf.Tensor; readonly y: tf.Tensor }
}

let seed = 0
const glorot = () => tf.initializers.glorotUniform({ seed: ++seed })
const weights = () => ({ kernelInitializer: glorot(), depthwiseInitializer: glorot() })
const EXAMPLES = 8

export const fitted: readonly Fitted[] = [
  {
    name: 'convolutions, depthwise and plain, batch normalisation, pools',
    make: () => {
      seed = 0
      return tf.sequential({
        layers: [
          tf.layers.conv2d({ inputShape: [12, 12, 3], filters: 8, kernelSize: 3, padding: 'same', ...weights() }),
          tf.layers.batchNormalization(),
          tf.layers.reLU(),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, ...weights() }),
          tf.layers.conv2d({ filters: 6, kernelSize: 2, strides: 2, activation: 'relu', ...weights() }),
          tf.layers.globalAveragePooling2d({}),
          tf.layers.dense({ units: 10, activation: 'softmax', ...weights() }),
        ],
      })
    },
    data: () => ({ x: images(1, [EXAMPLES, 12, 12, 3]), y: classes(1, EXAMPLES) }),
  },
  {
    name: 'an embedding, an LSTM and a GRU',
    make: () => {
      seed = 0
      const recurrent = () => ({ kernelInitializer: glorot(), recurrentInitializer: glorot() })
      return tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: 20, outputDim: 6, inputLength: 5, embeddingsInitializer: glorot() }),
          tf.layers.lstm({ units: 7, returnSequences: true, ...recurrent() }),
          tf.layers.gru({ units: 5, ...recurrent() }),
          tf.layers.dense({ units: 10, activation: 'softmax', ...weights() }),
        ],
      })
    },
    data: () => ({ x: symbols(1, [EXAMPLES, 5], 20), y: classes(1, EXAMPLES) }),
  },
  {
    name: 'a perceptron with dropout and layer normalisation',
    make: () => {
      seed = 0
      return tf.sequential({
        layers: [
          tf.layers.dense({ inputShape: [9], units: 16, activation: 'elu', ...weights() }),
          tf.layers.layerNormalization(),
          tf.layers.dropout({ rate: 0.25, seed: 3 }),
          tf.layers.dense({ units: 10, activation: 'softmax', ...weights() }),
        ],
      })
    },
    data: () => ({ x: images(1, [EXAMPLES, 9]), y: classes(1, EXAMPLES) }),
  },
]

/** The losses of its own `fit`, epoch by epoch, on the current back end. */
export const fit = async ({ make, data }: Fitted, epochs: number): Promise<readonly number[]> => {
  const model = make()
  const { x, y } = data()
  // Without an ε, tfjs takes another one on WebGL.
  model.compile({ optimizer: tf.train.adam(1e-2, 0.9, 0.999, 1e-7), loss: 'categoricalCrossentropy' })
  const { history } = await model.fit(x, y, { epochs, batchSize: EXAMPLES / 2, shuffle: false, verbose: 0 })
  tf.dispose([x, y])
  model.dispose()
  return history.loss as number[]
}
