import fc from 'fast-check'
import { chain } from '../../src/optimizer/chain.js'
import { identity } from '../../src/optimizer/identity.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { clipByGlobalNorm } from '../../src/rule/clip.js'
import { trace } from '../../src/rule/momentum.js'
import { scale } from '../../src/rule/scale.js'
import type { History, Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { machine } from '../run/machine.js'
import { remembered } from '../run/made.js'
import { gradientsFor, hidden, LAYOUT, theta } from '../run/mine.js'
import { alike, flat, leavesOf, lossAt, pointOf, rounding, run } from '../run/run.js'
import { same } from '../run/same.js'

/**
 * An optimizer in a chain: each part takes what the one before it made for its gradient, all of them at the same θ. Of formulas the
 * chain is one formula, their deltas put in for g.
 */
export const chained = (optimizer: Optimizer): readonly Law[] => {
  /** Over tensors, if `optimizer` is: then a chain with it runs there too. */
  const part = (o: Optimizer): Optimizer => (optimizer.rule ? o : hidden(o))
  const [clipped, halved, traced] = [clipByGlobalNorm(1), scale(0.5), trace()].map(part) as [
    Optimizer,
    Optimizer,
    Optimizer,
  ]
  const around: Readonly<Record<string, readonly [a: Optimizer, b: Optimizer]>> = {
    'clipByGlobalNorm(1) before it, scale(0.5) after': [clipped, halved],
    'trace() before it, clipByGlobalNorm(1) after': [traced, clipped],
    'scale(0.5) before it, trace() after': [halved, traced],
  }
  const others = fc.constantFrom(...Object.keys(around))
  const gradients = gradientsFor(optimizer)
  const steps = (o: Optimizer, gs: History, theta: Vector): History => run(o, gs, { theta, layout: LAYOUT })
  const withIdentity = remembered((side: string) =>
    side === 'before' ? chain(identity, optimizer) : chain(optimizer, identity),
  )
  const inOne = remembered((key: string) => within(around[key], (a, b) => chain(a, optimizer, b)))
  const toTheLeft = remembered((key: string) => within(around[key], (a, b) => chain(chain(a, optimizer), b)))
  const toTheRight = remembered((key: string) => within(around[key], (a, b) => chain(a, chain(optimizer, b))))
  return [
    law({
      name: 'chained with identity',
      equation: 'chain(identity, a) = a = chain(a, identity)',
      words: 'In a chain with one that does nothing it makes the steps that it makes alone, bit by bit.',
      given: fc.record({ gradients, theta, identity: fc.constantFrom('before', 'after') }),
      holds: ({ gradients, theta, identity }) =>
        sameSteps(steps(withIdentity(identity), gradients, theta), steps(optimizer, gradients, theta)),
    }),
    law({
      name: 'chained in any grouping',
      equation: 'chain(chain(a, mine), b) = chain(a, chain(mine, b))',
      words: 'Chaining is associative, bit by bit.',
      given: fc.record({ gradients, theta, others }),
      holds: ({ gradients, theta, others }) =>
        sameSteps(steps(toTheLeft(others), gradients, theta), steps(toTheRight(others), gradients, theta)),
    }),
    law({
      name: 'chained, one after the other',
      equation: 'Δ(chain(a, mine, b), gs) = Δ(b, Δ(mine, Δ(a, gs)))',
      words:
        'A chain, fused where it can be, makes the steps that its parts make with what the one before them made, but for rounding.',
      given: fc.record({ gradients, theta, others }),
      holds: ({ gradients, theta, others }) => {
        const [a, b] = around[others] as readonly [Optimizer, Optimizer]
        const expected = inTurn([a, optimizer, b], gradients, theta)
        alike(steps(inOne(others), gradients, theta), expected, rounding(optimizer))
      },
    }),
  ]
}

const within = (pair: readonly [Optimizer, Optimizer] | undefined, f: (a: Optimizer, b: Optimizer) => Optimizer) =>
  f(...(pair as readonly [Optimizer, Optimizer]))

const sameSteps = (found: History, expected: History): void => {
  for (const [i, delta] of expected.entries()) same(`Δ at t = ${i + 1}`, found[i], delta)
}

/** By hand. */
const inTurn = (optimizers: readonly Optimizer[], gradients: History, theta: Vector): History => {
  const parts = optimizers.map((o) => ({ m: machine(o, LAYOUT), state: undefined as unknown }))
  for (const part of parts) part.state = part.m.init(leavesOf(LAYOUT, theta))
  let at = theta
  return gradients.map((g, i) => {
    const point = pointOf(LAYOUT, at, g, lossAt(i + 1))
    let delta = leavesOf(LAYOUT, g)
    for (const part of parts) [part.state, delta] = part.m.update(part.state, delta, i + 1, point)
    const step = flat(delta)
    at = at.map((x, k) => x + (step[k] as number))
    return step
  })
}
