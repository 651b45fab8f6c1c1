import { keep as keepTensor, add as sum, Tensor, tensor } from '@tensorflow/tfjs-core'
import { brief, mistake } from './failure.js'

/**
 * Trees: any nesting of plain objects and arrays. Whatever is neither is a leaf.
 *
 * Leaves come in the order in which the first tree's keys were written; other trees are read by key, so the
 * order and the names of keys never change a result. A leaf's path joins its keys with dots: `dense.0.kernel`.
 *
 *     map(x => x, a) = a      map(f ∘ g, a) = map(f, map(g, a))      rebuild(a, leaves(a)) = a
 */
export type Tree<A> = A | readonly Tree<A>[] | { readonly [key: string]: Tree<A> }
export type Tensors = Tree<Tensor>

/** P itself where every leaf of P is an A; otherwise a type that nothing fits. It lets interfaces through. */
export type TreeOf<A, P> = [P] extends [Tree<A>]
  ? P
  : P extends object
    ? { readonly [K in keyof P]: TreeOf<A, P[K]> }
    : never

type Branch = { readonly [key: string]: unknown }

const isBranch = (x: unknown): x is Branch => {
  if (typeof x !== 'object' || x === null) return false
  if (Array.isArray(x)) return true
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Every leaf with its path. A tree that is a leaf itself has the path `''`. */
export const entries = (tree: unknown): readonly (readonly [path: string, leaf: unknown])[] => {
  const found: (readonly [string, unknown])[] = []
  const visit = (path: string, node: unknown): void => {
    if (isBranch(node)) for (const key of Object.keys(node)) visit(join(path, key), node[key])
    else found.push([path, node])
  }
  visit('', tree)
  return found
}

export const leaves = <A>(tree: Tree<A>): readonly A[] => entries(tree).map(([, leaf]) => leaf as A)

export const paths = (tree: unknown): readonly string[] => entries(tree).map(([path]) => path)

/**
 * The leaves of `tree` in the order of `like`'s. Throws where the two are not of one shape, with the path:
 * `who: leaf "b.0" of what is missing`.
 */
export const alike = (who: string, what: string, like: unknown, tree: unknown): readonly unknown[] => {
  const found: unknown[] = []
  // Written out where it is needed: this runs in every step, and joining keys takes longer than all else here.
  const trail: string[] = []
  const path = (...more: readonly string[]): string => `"${[...trail, ...more].join('.')}" of ${what}`
  const visit = (a: unknown, b: unknown): void => {
    if (!isBranch(a)) {
      if (b === undefined) throw mistake(who, `leaf ${path()} is missing`)
      if (isBranch(b)) throw mistake(who, `leaf ${path()} is ${brief(b)}`, 'a leaf')
      found.push(b)
      return
    }
    if (!isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
      if (b === undefined) throw mistake(who, `branch ${path()} is missing`)
      throw mistake(who, `branch ${path()} is ${brief(b)}`, brief(a))
    }
    const keys = Object.keys(a)
    for (const key of keys) {
      trail.push(key)
      visit(a[key], b[key])
      trail.pop()
    }
    if (Object.keys(b).length === keys.length) return
    for (const key of Object.keys(b)) if (!Object.hasOwn(a, key)) throw mistake(who, `leaf ${path(key)} is unknown`)
  }
  visit(like, tree)
  return found
}

/** A tree of `like`'s shape with these leaves, in order. */
export const rebuild = <B>(like: unknown, newLeaves: readonly B[]): Tree<B> => {
  let next = 0
  const build = (node: unknown): Tree<B> => {
    if (Array.isArray(node)) return node.map(build)
    if (!isBranch(node)) return newLeaves[next++] as B
    return Object.fromEntries(Object.keys(node).map((key) => [key, build(node[key])]))
  }
  return build(like)
}

/**
 * The leaves that are kept, in order, at their paths. An array that loses some becomes an object with the keys of those that are
 * left; branches that lose all of theirs are gone.
 */
export const pruned = (tree: unknown, kept: readonly boolean[]): unknown => {
  let next = 0
  const GONE = {}
  const prune = (node: unknown): unknown => {
    if (!isBranch(node)) return kept[next++] ? node : GONE
    const children = Object.keys(node).map((key) => [key, prune(node[key])] as const)
    const left = children.filter(([, child]) => child !== GONE)
    if (children.length > 0 && left.length === 0) return GONE
    return Array.isArray(node) && left.length === children.length
      ? left.map(([, child]) => child)
      : Object.fromEntries(left)
  }
  const whole = prune(tree)
  return whole === GONE ? {} : whole
}

/** `f` at every leaf of one tree, or of several of one shape. */
export const map = <A, B>(f: (...leaves: readonly A[]) => B, tree: Tree<A>, ...rest: readonly Tree<A>[]): Tree<B> => {
  const columns = rest.map((other, i) => alike('tree.map', `tree ${i + 2}`, tree, other) as readonly A[])
  return rebuild(
    tree,
    leaves(tree).map((leaf, i) => f(leaf, ...columns.map((column) => column[i] as A))),
  )
}

/** The tensors of anything: a tree, a carry, an array of such. Other leaves are passed over. */
export const tensors = (tree: unknown): readonly Tensor[] =>
  entries(tree).flatMap(([, leaf]) => (leaf instanceof Tensor ? [leaf] : []))

/** θ + Δθ: fresh tensors of the shape of `a`. Nothing given is changed or disposed. */
export const add = <P>(a: P, b: P): P => {
  const right = alike('tree.add', 'the second tree', a, b)
  const sums = entries(a).map(([path, x], i) => {
    const y = right[i]
    if (!(x instanceof Tensor) || !(y instanceof Tensor))
      throw mistake('tree.add', `leaf "${path}" is ${brief(x instanceof Tensor ? y : x)}`, 'a tensor')
    if (x.shape.join() !== y.shape.join())
      throw mistake('tree.add', `leaf "${path}" of the second tree is [${y.shape}]`, `[${x.shape}]`)
    return sum(x, y)
  })
  return rebuild(a, sums) as P
}

/**
 * A copy of one tensor, byte for byte, in a buffer of its own. `clone`, `reshape` and `variable` may share the
 * buffer; on the CPU back end even `dataSync` hands out the buffer itself, hence the slice.
 */
export const copy = (x: Tensor): Tensor => tensor(x.dataSync().slice(), x.shape, x.dtype)

/** A tree with a copy of every tensor, and everything else as it is. */
export const copied = <A>(tree: A): A =>
  rebuild(
    tree,
    entries(tree).map(([, x]) => (x instanceof Tensor ? copy(x) : x)),
  ) as A

/** Marks every tensor in a tree as one that outlives any `tidy` around it. */
export const keep = <A>(tree: A): A => {
  for (const x of tensors(tree)) keepTensor(x)
  return tree
}

/** Disposes every tensor in a tree, a carry, or an array of such. Those already disposed are passed over. */
export const dispose = (tree: unknown): void => {
  for (const x of tensors(tree)) if (!x.isDisposed) x.dispose()
}
