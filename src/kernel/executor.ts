import type { Rule } from '../rule/rule.js'

/**
 * An executor runs a rule on one kind of memory: float64 arrays (`host`), tensors op by op (`tensor`), tfjs's heap
 * (`wasm`). It sees the rule as data.
 */
export interface Executor<L = unknown> {
  readonly name: string
  /** What its leaves are, as an error says it. */
  readonly leaves: string
  /** The shape of a leaf it can run on. */
  shape(leaf: unknown): readonly number[] | undefined
  /** A new leaf, every element `value`. */
  fill(shape: readonly number[], value: number): L
  /** A new leaf, byte for byte. */
  copy(leaf: L): L
  /** Frees a leaf, where leaves are freed by hand. */
  dispose(leaf: L): void
  /** The next slots and Δθ in new leaves. */
  update(work: Work<L>): { readonly slots: readonly (readonly L[])[]; readonly delta: readonly L[] }
  /**
   * The next slots and θ + Δθ, written where the old ones are. A leaf that somebody else holds too is left as it is,
   * and a new one takes its place. With `guard`, nothing is written where a gradient is not finite, and `undefined` comes back.
   */
  advance(work: Work<L>, guard: boolean): Moved<L> | undefined
  /** Whether every element is finite. */
  finite(leaf: L): boolean
}

/** One step's operands: leaves in the order of the parameters' paths, slots in the order of the rule's. */
export interface Work<L> {
  readonly rule: Rule
  readonly shapes: readonly (readonly number[])[]
  readonly grads: readonly L[]
  /** Missing in an update whose rule does not read θ. */
  readonly params?: readonly L[]
  /** A slot's leaves: as many as parameters have it, or one where it is one number for the tree. */
  readonly slots: readonly (readonly L[])[]
  /** Hypers, t and the loss at this step. */
  readonly scalars: Readonly<Record<string, number>>
  /** The rule's leaf constants, for each leaf; none where the rule has none. */
  readonly constants: readonly Readonly<Record<string, number>>[]
}

export interface Moved<L> {
  readonly slots: readonly (readonly L[])[]
  readonly params: readonly L[]
}
