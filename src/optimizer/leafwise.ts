import { clone, type Tensor, type TensorContainer, tidy, zeros } from '@tensorflow/tfjs-core'
import { mistake } from '../failure.js'
import { checkStep, type Frame, fitted } from '../kernel/kernel.js'
import { mapRecord } from '../rule/formula.js'
import type { Range } from '../schedule/range.js'
import type { Hyper, Step } from '../schedule/schedule.js'
import { entries, paths, rebuild, type Tensors } from '../tree.js'
import { hypers } from './hypers.js'
import type { Optimizer, Point } from './optimizer.js'
import { tensorFrame } from './tensorframe.js'

/**
 * Optimizers that are no formulas and look at one leaf at a time: written with TensorFlow's operations, on any back end.
 *
 * `step` makes tensors as it likes: those it returns are kept, the others are gone. A leaf without elements never comes to it.
 */
export interface Leafwise<H extends string, S extends string> {
  readonly name: string
  readonly hyper: Readonly<Record<H, Hyper>>
  readonly range: { readonly [K in H]?: Range }
  /** The shapes of a slot's tensors at a leaf of this shape and path: one, or none, or several. All start at 0. */
  readonly slots: Readonly<Record<S, (shape: Shape, path: string) => readonly Shape[]>>
  /** A second tree like θ that this step needs. */
  hessian?(t: Step, at: Point<unknown>): unknown
  step(leaf: Leaf<H, S>): { readonly delta: Tensor } & Readonly<Record<S, Tensor | readonly Tensor[]>>
}

export type Shape = readonly number[]

export interface Leaf<H extends string, S extends string> {
  readonly path: string
  /** Its place among the leaves. */
  readonly index: number
  readonly t: Step
  readonly g: Tensor
  readonly theta: Tensor
  readonly hyper: Readonly<Record<H, number>>
  /** As many tensors as `slots` said. */
  readonly slot: Readonly<Record<S, readonly [Tensor, ...Tensor[]]>>
  readonly hessian: Tensor | undefined
}

export type LeafwiseState<S extends string> = { readonly [slot in S]: Tensors }

/** A slot of one tensor shaped as the leaf is. */
export const alike = (shape: Shape): readonly Shape[] => [shape]

export const leafwise = <H extends string, S extends string>(spec: Leafwise<H, S>): Optimizer<LeafwiseState<S>> => {
  const { name, slots, step } = spec
  const hypersAt = hypers(name, spec.hyper, spec.range)
  return {
    init: (params) => {
      const frame = tensorFrame(name, 'params', params)
      return mapRecord(slots as Record<string, Places>, (of) => {
        const places = placesOf(frame, of)
        return rebuild(
          places.frame.like,
          places.frame.shapes.map((shape) => zeros([...shape])),
        )
      }) as LeafwiseState<S>
    },
    update: <P>(state: LeafwiseState<S>, grad: P, t: Step, at: Point<P>) => {
      checkStep(name, t)
      const frame = at ? tensorFrame(name, 'params', at.params) : tensorFrame(name, 'grad', grad)
      const grads = fitted(name, 'grad', frame, grad) as readonly Tensor[]
      const thetas = at && entries(at.params).map(([, leaf]) => leaf as Tensor)
      const hyper = hypersAt(t)
      const places = mapRecord(slots as Record<string, Places>, (of, slot) => {
        const found = placesOf(frame, of)
        return { ...found, leaves: fitted(name, `state.${slot}`, found.frame, state?.[slot as S]) as readonly Tensor[] }
      })
      return escaping(() => {
        const needed = spec.hessian?.(t, at as Point<unknown>)
        const hessian = needed === undefined ? [] : (fitted(name, 'hessian', frame, needed) as readonly Tensor[])
        const given = Object.values(places).flatMap(({ leaves }) => leaves)
        const own = fresh([...grads, ...(thetas ?? []), ...hessian, ...given])
        const stepped = grads.map((g, index) => {
          const slot = mapRecord(places, ({ leaves, counts, starts }) =>
            leaves.slice(starts[index], (starts[index] as number) + (counts[index] as number)),
          )
          if (g.size === 0) return { ...slot, delta: g }
          return step({
            path: frame.paths[index] as string,
            index,
            t,
            g,
            get theta() {
              if (thetas) return thetas[index] as Tensor
              throw mistake(name, 'params are missing', 'them in the fourth argument: { params }')
            },
            hyper,
            slot: slot as unknown as Leaf<H, S>['slot'],
            hessian: hessian[index],
          })
        }) as readonly Readonly<Record<string, Tensor | readonly Tensor[]>>[]
        const next = mapRecord(places, (place, slot) =>
          rebuild(place.frame.like, stepped.flatMap((made) => made[slot] as Tensor | readonly Tensor[]).map(own)),
        )
        const delta = rebuild(
          frame.like,
          stepped.map((made) => own(made.delta as Tensor)),
        )
        return [next as LeafwiseState<S>, delta as P] as const
      })
    },
  }
}

type Places = (shape: Shape, path: string) => readonly Shape[]

/** Where a slot's tensors stand in the state: at each leaf, or in an array there if they are not one. */
const placesOf = (frame: Frame, of: Places) => {
  const shapes = frame.shapes.map((shape, i) => of(shape, frame.paths[i] as string))
  const like = rebuild<unknown>(
    frame.like,
    shapes.map((list) => (list.length === 1 ? 0 : list.map(() => 0))),
  )
  const counts = shapes.map((list) => list.length)
  const starts = counts.map((_, i) => counts.slice(0, i).reduce((a, b) => a + b, 0))
  return { frame: { ...frame, like, paths: paths(like), shapes: shapes.flat() }, counts, starts }
}

/** `tidy` for an update: what it returns, in whatever nesting, outlives it. */
export const escaping = <A>(f: () => A): A => tidy(() => f() as unknown as TensorContainer) as unknown as A

/** Makes handles that are nobody else's: no operand, and no other result. */
export const fresh = (operands: Iterable<Tensor>): ((x: Tensor) => Tensor) => {
  const taken = new Set(operands)
  return (x) => {
    const own = taken.has(x) ? clone(x) : x
    taken.add(own)
    return own
  }
}
