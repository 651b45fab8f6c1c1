import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { eachTensor, norm, plus, tensorsOf, times } from '../arithmetic/norm.js'
import { type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { alike, rounding, run, type Step, two } from '../run/run.js'

/**
 * Steps in proportion to what they change. ‖·‖ is a tensor's norm, and all of this is tensor by tensor: each law is tried on two. A
 * ratio is 1 where one of its two norms is 0: tensors that start at 0, as biases do, would never move otherwise.
 */
export const layout = two(3)

/** Throws unless the length is what it should be. */
export const long = (what: string, came: number, expected: number, within: number): void => {
  if (!(Math.abs(came - expected) <= within * expected)) throw new Broken(what, came, expected)
}

/** The length of each tensor's step, and of that tensor before it. */
export const lengths = ({ before, delta }: Pick<Step, 'before' | 'delta'>): readonly (readonly [number, number])[] => {
  const [steps, tensors] = [tensorsOf(layout, delta), tensorsOf(layout, before)]
  return steps.map((step, i) => [norm(step), norm(tensors[i] as Vector)])
}

/** Throws unless each part of `delta`, a tensor if nothing else is said, is that of `way` times one number, which is above 0. */
export const along = (delta: Vector, way: Vector, within: number, parts = layout): void => {
  const straight = eachTensor(parts, (a, b) => times(norm(b) === 0 ? 0 : norm(a) / norm(b), b), delta, way)
  alike([delta], [straight], within)
  const stuck = eachTensor(parts, (a, b) => (norm(a) === 0 ? b : []), delta, way)
  if (norm(stuck) > 0) throw new Broken('Δ', delta, `a step along [${way.join(', ')}]`)
}

const any = fc.record({ g: vectors(), theta: vectors() })
const ZEROS = [
  { g: [1, -2, 3], theta: [0, 0, 0] },
  { g: [0, 0, 0], theta: [1, 2, 3] },
]

/** Throws unless a tensor whose θ or g is 0 gets g times `factor`. */
export const ofZeros = (delta: Vector, { g, theta }: { g: Vector; theta: Vector }, factor: number, within: number) => {
  const plain = (x: Vector, g: Vector, made: Vector) => (norm(x) === 0 || norm(g) === 0 ? times(factor, g) : made)
  alike([delta], [eachTensor(layout, plain, theta, g, delta)], within)
}
export const zeros = { given: any, edges: ZEROS }

/** The part of LARS and LAMB that is not SGD or Adam, of the function that makes it: `laws.trustRatio(scaleByTrustRatio)`. */
export const trustRatio = (
  make: (options: { readonly trust: number; readonly eps: number }) => Optimizer,
): readonly Law[] => {
  const mine = make({ trust: 0.5, eps: 0 })
  const deltaOf = (g: Vector, theta: Vector) => run(mine, [g], { theta, layout })[0] as Vector
  return [
    law({
      name: 'as long as trust times the tensor',
      equation: '‖Δ‖ = trust · ‖θ‖',
      words: 'Where neither θ nor g is 0: how long g was is forgotten.',
      given: fc.record({ g: vectors({ zero: 'nowhere' }), theta: vectors({ zero: 'nowhere' }) }),
      holds: ({ g, theta }) => {
        for (const [made, before] of lengths({ before: theta, delta: deltaOf(g, theta) }))
          long('‖Δ‖', made, before / 2, rounding(mine))
      },
    }),
    law({
      name: 'along each tensor’s gradient',
      equation: 'Δ = s · g,   s > 0',
      words: 'One number s a tensor.',
      given: any,
      holds: ({ g, theta }) => along(deltaOf(g, theta), g, rounding(mine)),
    }),
    law({
      ...zeros,
      name: 'a tensor of zeros gets its gradient',
      equation: 'θ = 0 ⇒ Δ = g',
      words: 'It would never move otherwise. Where g is 0 so is Δ.',
      holds: (drawn) => ofZeros(deltaOf(drawn.g, drawn.theta), drawn, 1, rounding(mine)),
    }),
  ]
}

/** Fromage, of the function that makes it. Bernstein, Vahdat, Yue & Liu 2020, Algorithm 1. */
export const fromage = (make: (options: { readonly lr: number }) => Optimizer): readonly Law[] => {
  const lr = 0.25
  const mine = make({ lr })
  const after = (g: Vector, theta: Vector) => plus(theta, run(mine, [g], { theta, layout })[0] as Vector)
  return [
    law({
      name: 'a relative step of lr',
      equation: '‖√(1 + lr²) · (θ + Δ) − θ‖ = lr · ‖θ‖',
      words: 'But for the root that both are then divided by; where neither θ nor g is 0.',
      given: fc.record({ g: vectors({ zero: 'nowhere' }), theta: vectors({ zero: 'nowhere' }) }),
      holds: ({ g, theta }) => {
        const step = plus(times(Math.sqrt(1 + lr ** 2), after(g, theta)), times(-1, theta))
        for (const [made, before] of lengths({ before: theta, delta: step }))
          long('‖√(1 + lr²) · (θ + Δ) − θ‖', made, lr * before, rounding(mine))
      },
    }),
    law({
      name: 'no growth by turning',
      equation: '⟨g, θ⟩ = 0 ⇒ ‖θ + Δ‖ = ‖θ‖',
      words: 'A step at right angles to a tensor leaves it as long as it is.',
      given: fc.record({ theta: vectors({ n: 2, zero: 'nowhere' }), c: fc.constantFrom(1, -2, 0.25) }),
      holds: ({ theta, c }) => {
        const [x, y] = theta as [number, number]
        long('‖θ + Δ‖', norm(after([c * y, -c * x, 1], [x, y, 1]).slice(0, 2)), norm(theta), rounding(mine))
      },
    }),
  ]
}
