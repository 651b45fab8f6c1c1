import type { backend_util } from '@tensorflow/tfjs-core'
import { borrow, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import type { Taps } from './taps.js'

/**
 * Images with a channel for each filter of a depthwise convolution: where channels have several filters each, memory for one image
 * in which every channel stands as often. Where they have one, the image itself.
 */
export const repeating = (
  w: Taps,
  backend: WasmBackend,
  { inHeight, inWidth, inChannels, outChannels }: backend_util.Conv2DInfo,
) => {
  const [size, many] = [inHeight * inWidth * inChannels, outChannels / inChannels]
  const each = [...Array(many > 1 ? many : 0).keys()]
  return {
    lend: (use: (memory: number) => void): void => (many > 1 ? borrow(backend, size * many * BYTES, use) : use(0)),
    /** Where the image is, repeated. */
    repeat: (image: number, memory: number): number => {
      for (const n of each) w.copy(image, BYTES, memory + n * BYTES, many * BYTES, size, 1)
      return many > 1 ? memory : image
    },
    /** What was written for each filter, added up. */
    addUp: (memory: number, image: number): void => {
      for (const n of each) (n === 0 ? w.copy : w.add)(memory + n * BYTES, many * BYTES, image, BYTES, size, 1)
    },
  }
}
