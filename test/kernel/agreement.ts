import { advance, begin, type Optimizer, simulate, tree } from 'gradus'
import { ruler } from '../close.ts'
import { asArrays, gradientFor, mixed } from '../random.ts'

/**
 * Of a leaf's largest entry so far, after 300 steps of a few roundings to float32 each, every one of at most 2⁻²⁴ of it:
 * 168 of them in one direction. What is seen is 3e-6.
 */
export const FLOAT32 = 1e-5

/** Gradients whose scale goes up and down by a factor of a thousand. */
const scaleAt = (t: number): number => 10 ** (1.5 * Math.sin(t / 7))
const lossAt = (t: number): number => Math.fround(1 + Math.cos(t))

/** How far the current back end leaves `simulate`, in θ and in the state, at its worst step of every tenth. */
export const disagreement = (optimizer: Optimizer, steps: number): { params: number; state: number } => {
  const params = mixed()
  let grad = params
  const observe = (_: unknown, t: number) => {
    grad = gradientFor(params, t, scaleAt(t))
    return { grad: asArrays(grad), loss: lossAt(t) }
  }
  let carry = begin(optimizer, params)
  const [ofParams, ofState] = [ruler(), ruler()]
  const worst = { params: 0, state: 0 }
  for (const { t, params: theta, state } of simulate(optimizer, asArrays(params), observe)) {
    carry = advance(optimizer)(carry, grad, lossAt(t))
    tree.dispose(grad)
    if (t % 10 !== 0 && t !== 1) continue
    worst.params = Math.max(worst.params, ofParams(carry.params, theta))
    worst.state = Math.max(worst.state, ofState(carry.state, state))
    if (t === steps) break
  }
  tree.dispose([carry, params])
  return worst
}
