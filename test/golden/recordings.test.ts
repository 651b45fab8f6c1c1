import { adam, chain, clipByGlobalNorm, type Optimizer, simulate } from 'gradus'
import { describe, expect, test } from 'vitest'
import { distance } from '../close.ts'
import { played } from './played.ts'
import { asArrays, FRAMEWORKS, type Framework, pathOf, type Recording, recordings } from './recording.ts'

/** How far the path in `simulate` leaves the recorded one, at its worst step. */
const worst = (optimizer: Optimizer, recording: Recording): number => {
  const { params0, grads, extra_args } = recording
  const observed = grads.map((grad, i) => ({ grad: asArrays(grad), loss: extra_args?.[i]?.value }))
  const path = [...simulate(optimizer, asArrays(params0), observed)]
  const expected = pathOf(recording)
  return Math.max(...path.map(({ params: found }, i) => distance(found, expected[i])))
}

/** Relative to the largest entry of the leaf: what float64 loses over thirty steps. */
const TOLERANCE = 1e-12

const recordingOf = (framework: Framework, id: string): Recording => {
  const recording = recordings(framework).find((r) => r.id === id)
  if (!recording) throw new Error(`${framework} has no recording ${id}`)
  return recording
}

describe.each(FRAMEWORKS)('our formulas, where %s has the same', (framework) => {
  test.each(Object.entries(played[framework]))('%s is our path in float64', (id, optimizer) => {
    const recording = recordingOf(framework, id)
    expect(recording.grads.length).toBeGreaterThan(10)
    expect(worst(optimizer, recording)).toBeLessThan(TOLERANCE)
  })
})

describe('where formulas differ a little', () => {
  test('our clipping by norm lacks the 1e-6 of PyTorch, and its path differs by no more than that', () => {
    const difference = worst(
      chain(clipByGlobalNorm(1), adam({ lr: 0.01 })),
      recordingOf('torch', 'clip_grad_norm+adam'),
    )
    expect(difference).toBeGreaterThan(1e-12)
    expect(difference).toBeLessThan(1e-6)
  })

  test('an optimizer with another constant does not pass for the recorded one', () => {
    const recording = recordingOf('torch', 'adam')
    expect(worst(adam({ eps: 1e-7 }), recording)).toBeGreaterThan(100 * TOLERANCE)
    expect(worst(adam({ b2: 0.9989 }), recording)).toBeGreaterThan(100 * TOLERANCE)
  })
})
