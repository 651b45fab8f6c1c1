import { torch } from 'gradus/presets'
import { describe, expect, test } from 'vitest'
import { signatureOf } from '../../src/built.ts'
import { backends } from '../backends.ts'
import type { Leaves, Recording } from '../golden/recording.ts'
import file from '../golden/torch-clip.json?raw'
import { inFloat64, onTensors } from './replay.ts'

/** What PyTorch 2.13 made of these gradients, in float64. */
const { grads, cases } = JSON.parse(file, (_, x) => (x === 'Infinity' || x === '-Infinity' ? Number(x) : x)) as {
  grads: readonly Leaves[]
  cases: readonly Recording[]
}

const presetOf = ({ optimizer, options }: Recording) =>
  optimizer === 'clipGradNorm'
    ? torch.clipGradNorm({ maxNorm: options.max_norm as number, normType: options.norm_type as number })
    : torch.clipGradValue({ clipValue: options.clip_value as number })

describe('PyTorch’s clipping', () => {
  const recordings = cases.map((recording) => ({ ...recording, grads, params0: grads[0] as Leaves }))

  test.each(recordings.map((recording) => [recording.id, recording] as const))('%s', (_, recording) => {
    expect(inFloat64(presetOf(recording), recording)).toBeLessThan(1e-14)
  })

  test.each(backends)('on %s', async (_, set) => {
    await set()
    for (const recording of recordings) expect(onTensors(presetOf(recording), recording)).toBeLessThan(1e-5)
  })

  test('is by the Euclidean norm, if nothing is said', () => {
    const euclidean = recordings.find(({ id }) => id === 'clip_grad_norm/2.0/0.3') as Recording
    expect(inFloat64(torch.clipGradNorm({ maxNorm: 0.3 }), euclidean)).toBeLessThan(1e-14)
  })

  test('names its mistakes, and bears its signature', () => {
    expect(() => torch.clipGradNorm({ maxNorm: 1, normType: 'inf' as never })).toThrow(
      'torch.clipGradNorm: normType is "inf", expected a number, or Infinity',
    )
    expect(() => torch.clipGradNorm({ maxNorm: -1 })).toThrow('maxNorm is -1, expected 0 ≤ maxNorm < ∞')
    expect(() => torch.clipGradValue({ clipValue: -1 })).toThrow('clipValue is -1, expected 0 ≤ clipValue < ∞')
    expect(signatureOf(torch.clipGradValue)?.name).toBe('torch.clipGradValue')
  })
})
