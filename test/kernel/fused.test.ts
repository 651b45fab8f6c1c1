import fc from 'fast-check'
import { advance, begin, chain, type Optimizer, tree } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { distance } from '../close.ts'
import { names, opaque, partsOf } from '../optimizer/laws.ts'
import { gradientFor, mixed } from '../random.ts'

/** Of a leaf's largest entry, after five steps in float32 in another order of operations. */
const ROUNDING = 1e-5
const seeds = fc.integer({ min: 1, max: 1e6 })

describe.each(backends)('on %s, a fused chain', (_, set) => {
  beforeEach(set)

  const run = (optimizer: Optimizer, seed: number) => {
    const params = mixed(seed)
    let carry = begin(optimizer, params)
    const deltas: unknown[] = []
    for (let t = 1; t <= 5; t++) {
      const grad = gradientFor(params, seed + t)
      const at = { params: carry.params, loss: t }
      const [state, delta] = optimizer.update(carry.state, grad, t, at)
      deltas.push(delta)
      tree.dispose(state)
      carry = advance(optimizer)(carry, grad, t)
      tree.dispose(grad)
    }
    tree.dispose(params)
    return { carry, deltas }
  }

  test('is the same chain unfused, in θ, states and updates, and leaves as little', () => {
    fc.assert(
      fc.property(names(3), seeds, (chosen, seed) => {
        const before = alive()
        const fused = run(chain(...partsOf(chosen)), seed)
        const unfused = run(chain(...partsOf(chosen).map(opaque)), seed)
        expect(distance(fused.carry.params, unfused.carry.params)).toBeLessThan(ROUNDING)
        expect(distance(fused.carry.state, unfused.carry.state)).toBeLessThan(ROUNDING)
        expect(distance(fused.deltas, unfused.deltas)).toBeLessThan(ROUNDING)
        tree.dispose([fused.carry, fused.deltas, unfused.carry, unfused.deltas])
        expect(alive()).toEqual(before)
      }),
      { numRuns: 15 },
    )
  })
})
