import { chain, sgd, simulate } from 'gradus'
import { torch } from 'gradus/presets'
import { expect, test } from 'vitest'
import { ruler } from '../close.ts'
import file from '../golden/torch-average.json?raw'

/** The weights of PyTorch's `AveragedModel`, updated after every step of SGD. */
const recorded = JSON.parse(file) as {
  params0: number[]
  decay: number
  grads: number[][]
  swa: number[][]
  ema: number[][]
}

const arrays = (x: readonly number[] | undefined) => ({ x: Float64Array.from(x ?? []) })

test.each([
  ['swa', torch.averagedModel()],
  ['ema', torch.averagedModel({ multiAvgFn: 'ema', decay: recorded.decay })],
] as const)('torch.averagedModel, %s, is evaluated as PyTorch’s', (kind, average) => {
  const optimizer = chain(sgd({ lr: 0.1 }), average)
  const distance = ruler()
  for (const { t, state, params } of simulate(optimizer, arrays(recorded.params0), recorded.grads.map(arrays)))
    expect(distance(optimizer.readout?.(state as never, params), arrays(recorded[kind][t - 1]))).toBeLessThan(1e-14)
})

test('its kind of average is one of two', () => {
  expect(() => torch.averagedModel({ multiAvgFn: 'mean' as never })).toThrow(
    'torch.averagedModel: multiAvgFn is "mean", expected one of swa, ema',
  )
})
