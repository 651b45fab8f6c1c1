import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { KERNELS } from '../../../src/autodiff/kernels.ts'
import type { WasmBackend } from '../../../src/kernel/heap.ts'
import { CALLS, type Call, given } from '../../bench/kernels.ts'

/** Where tfjs's memory ends, a kernel says so in a line, and gives back what it has. */
beforeAll(() => useWasm())

const CONVOLUTION = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] }

/** Of the kernels that tfjs has not. */
const MORE: Readonly<Record<string, readonly Call[]>> = {
  Conv2DBackpropFilter: [
    { inputs: { x: [2, 7, 7, 3], dy: [2, 4, 4, 5] }, attrs: { ...CONVOLUTION, filterShape: [3, 3, 3, 5] } },
  ],
  DepthwiseConv2dNativeBackpropFilter: [
    { inputs: { x: [2, 7, 7, 3], dy: [2, 4, 4, 6] }, attrs: { ...CONVOLUTION, filterShape: [3, 3, 3, 2] } },
  ],
  DepthwiseConv2dNativeBackpropInput: [
    { inputs: { dy: [2, 4, 4, 6], filter: [3, 3, 3, 2] }, attrs: { ...CONVOLUTION, inputShape: [2, 7, 7, 3] } },
  ],
  Einsum: [
    {
      inputs: [
        [2, 5, 3, 4],
        [2, 6, 3, 4],
      ],
      attrs: { equation: 'bthd,bshd->bhts' },
    },
    {
      inputs: [
        [3, 4, 5],
        [4, 6, 7],
      ],
      attrs: { equation: 'iaj,akl->jk' },
    },
  ],
  UnsortedSegmentSum: [{ inputs: { x: [9, 4], segmentIds: [9] }, attrs: { numSegments: 5 }, int32: { segmentIds: 5 } }],
}

describe.each(KERNELS.map(({ name }) => name))('%s', (name) => {
  test.each((CALLS[name] ?? MORE[name]) as readonly Call[])('finds no room for $inputs', (call) => {
    const inputs = given(call)
    const backend = tf.backend() as WasmBackend
    const { kernelFunc } = tf.getKernel(name, 'wasm')
    const run = (): void => {
      const made = kernelFunc({ inputs: inputs as never, backend, attrs: { keepDims: false, ...call.attrs } as never })
      for (const { dataId } of [made].flat() as tf.TensorInfo[]) backend.disposeData(dataId)
    }
    // What is made once, and kept.
    run()
    const { wasm } = backend as unknown as { wasm: { _malloc(n: number): number; _free(at: number): void } }
    const { _malloc, _free } = wasm
    const before = backend.numDataIds()
    const taken = new Set<number>()
    /** Runs it with room for so many things. */
    const withRoom = (most: number): unknown => {
      let left = most
      wasm._malloc = (n) => {
        if (left-- === 0) return 0
        const at = _malloc(n)
        taken.add(at)
        return at
      }
      wasm._free = (at) => {
        taken.delete(at)
        _free(at)
      }
      try {
        run()
        return undefined
      } catch (error) {
        return error
      } finally {
        Object.assign(wasm, { _malloc, _free })
      }
    }
    const errors: unknown[] = []
    for (let room = 0; errors.at(-1) !== undefined || room === 0; room++) {
      errors.push(withRoom(room))
      expect(backend.numDataIds()).toBe(before)
      expect(taken.size).toBe(0)
    }
    for (const error of errors.slice(0, -1)) expect(String(error)).toMatch(/^RangeError: useWasm: .* has no room for /)
    tf.dispose(inputs as never)
  })
})
