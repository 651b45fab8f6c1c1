import { dispose, type Tensors, tensors } from '../tree.js'
import type { Optimizer } from './optimizer.js'

/** The bytes that the optimizer's state takes for these parameters. */
export const stateBytes = (optimizer: Optimizer, params: Tensors): number => {
  const given = new Set(tensors(params))
  const state = tensors(optimizer.init(params)).filter((x) => !given.has(x))
  const bytes = state.reduce((sum, x) => sum + x.size * BYTES_PER_ELEMENT, 0)
  dispose(state)
  return bytes
}

const BYTES_PER_ELEMENT = 4
