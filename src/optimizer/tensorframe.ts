import { mistake } from '../failure.js'
import { type Executor, type Frame, frameOf, host } from '../kernel/kernel.js'

/** The frame of a tree whose leaves are tensors: what is written with TensorFlow's operations runs on nothing else. */
export const tensorFrame = (who: string, what: string, tree: unknown): Frame => {
  const frame = frameOf(who, what, tree)
  if (frame.executor === (host as Executor))
    throw mistake(who, `leaf "${frame.paths[0]}" of ${what} is a Float64Array`, 'a float32 tensor')
  return frame
}
