import type { Schedule } from '../../schedule/schedule.js'

/** The rate that a schedule of Keras starts from: `initialLearningRate` in Keras 3, `learningRate` in TensorFlow 1. */
type Rate<Key extends string> = { readonly [K in Key]: number }

/** A schedule of Keras, from its other options, under one of these names. */
export type Preset<Key extends string, Options> = (options: Rate<Key> & Options) => Schedule
