import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { type Inner, inner, innerOf, whole } from '../run/inner.js'
import type { Layout } from '../run/machine.js'
import { remembered } from '../run/made.js'
import { alike, exactly, leavesOf, run } from '../run/run.js'

/**
 * Optimizers for some leaves: `laws.freeze(freeze)`, `laws.masked(masked)`, `laws.partition(partition)`, each of the function that
 * makes one. Leaves are told by their path.
 *
 * A member acts as if there were no other leaves: its state, its t and its norms are of its own.
 */
export type Where = (path: string) => boolean
export type OnSome = (where: Where, inner: Optimizer) => Optimizer
export type Partition = (members: Readonly<Record<string, Optimizer>>, label: (path: string) => string) => Optimizer

const layout: Layout = { a: [2], b: [1], c: [1] }
const SIZE = 4
const drawn = { gradients: histories({ n: SIZE }), theta: vectors({ n: SIZE, zero: 'nowhere' }) }

/** The leaves that are meant, of a vector, and what is between them if anything. */
const picked = (where: Where, x: Vector, others: 'gone' | 'zero' = 'gone'): Vector =>
  Object.entries(leavesOf(layout, x)).flatMap(([path, leaf]) => {
    if (where(path)) return [...leaf]
    return others === 'gone' ? [] : [...leaf].map(() => 0)
  })
const layoutOf = (where: Where): Layout => Object.fromEntries(Object.entries(layout).filter(([path]) => where(path)))

/** What an optimizer makes of some leaves when there are no others. */
const alone = (one: Optimizer, where: Where, gradients: History, theta: Vector): History =>
  run(
    one,
    gradients.map((g) => picked(where, g)),
    { theta: picked(where, theta), layout: layoutOf(where) },
  )

/** By letters: 'ac' are the leaves a and c. */
const some = fc.constantFrom('a', 'b', 'ac', 'bc')
const among =
  (letters: string, not = false): Where =>
  (path) =>
    letters.includes(path) !== not

/** Leaves that are left as they are; not more is asked of the others than that their tensors move as they would. */
export const freeze = (make: OnSome): readonly Law[] => {
  const mine = remembered((frozen: string, name: Inner) => make(among(frozen), innerOf(name)))
  return [
    law({
      name: 'what is frozen does not move',
      equation: 'Δ of a frozen leaf = 0',
      words: 'Whatever its gradient is; it does not decay either.',
      given: fc.record({ ...drawn, inner, frozen: some }),
      holds: ({ gradients, theta, inner, frozen }) => {
        const made = run(mine(frozen, inner), gradients, { theta, layout })
        alike(
          made,
          made.map((step) => picked(among(frozen, true), step, 'zero')),
        )
      },
    }),
    law({
      name: 'what is not frozen moves as without what is',
      equation: 'Δ of the others = Δ of inner on them alone',
      words: 'For an optimizer that treats each tensor for itself.',
      given: fc.record({ ...drawn, inner, frozen: some }),
      holds: ({ gradients, theta, inner, frozen }) => {
        const [one, others] = [mine(frozen, inner), among(frozen, true)]
        const made = run(one, gradients, { theta, layout }).map((step) => picked(others, step))
        alike(made, alone(innerOf(inner), others, gradients, theta), exactly(one), 'Δ of the others')
      },
    }),
  ]
}

/** An optimizer on some leaves; the others' gradients go through, for another. */
export const masked = (make: OnSome): readonly Law[] => {
  const mine = remembered((where: string, name: Inner) => make(among(where), innerOf(name)))
  return [
    law({
      name: 'what is outside of a mask goes through',
      equation: 'Δ of a leaf outside = its g',
      words: 'As it is.',
      given: fc.record({ ...drawn, inner: whole, mask: some }),
      holds: ({ gradients, theta, inner, mask }) => {
        const [one, outside] = [mine(mask, inner), among(mask, true)]
        const made = run(one, gradients, { theta, layout }).map((step) => picked(outside, step))
        alike(
          made,
          gradients.map((g) => picked(outside, g)),
          exactly(one),
          'Δ outside',
        )
      },
    }),
    law({
      name: 'what is in a mask moves as if alone',
      equation: 'Δ within = Δ of inner on those leaves alone',
      words: 'Norms of the whole are those of what is in the mask.',
      given: fc.record({ ...drawn, inner: whole, mask: some }),
      holds: ({ gradients, theta, inner, mask }) => {
        const one = mine(mask, inner)
        const made = run(one, gradients, { theta, layout }).map((step) => picked(among(mask), step))
        alike(made, alone(innerOf(inner), among(mask), gradients, theta), exactly(one), 'Δ within')
      },
    }),
  ]
}

export const partition = (make: Partition): readonly Law[] => {
  const mine = remembered((first: string, one: Inner, other: Inner) =>
    make({ x: innerOf(one), y: innerOf(other) }, (path) => (first.includes(path) ? 'x' : 'y')),
  )
  return [
    law({
      name: 'each leaf by its own optimizer',
      equation: 'Δ of a member’s leaves = Δ of the member on them alone',
      words: 'Norms of the whole are those of a member’s leaves; two members of one kind share nothing.',
      given: fc.record({ ...drawn, leaves: some, one: whole, other: whole }),
      holds: ({ gradients, theta, leaves, one, other }) => {
        const both = mine(leaves, one, other)
        const made = run(both, gradients, { theta, layout })
        for (const [where, name] of [
          [among(leaves), one],
          [among(leaves, true), other],
        ] as const) {
          const own = made.map((step) => picked(where, step))
          alike(
            own,
            alone(innerOf(name), where, gradients, theta),
            exactly(both),
            `Δ of ${Object.keys(layoutOf(where)).join(' and ')}`,
          )
        }
      },
    }),
  ]
}
