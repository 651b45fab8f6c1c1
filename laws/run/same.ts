import { entries, paths } from '../../src/tree.js'
import { Broken } from '../refuted.js'
import { Saved } from './machine.js'

/** Throws unless two vectors are the same, or two trees of numbers such as states: the same leaves, bit by bit. */
export const same = (what: string, found: unknown, expected: unknown): void => {
  if (isVector(found) && isVector(expected)) {
    if (!alike(found, expected)) throw new Broken(what, found, expected)
    return
  }
  const [came, wanted] = [paths(found), paths(expected)]
  if (came.join() !== wanted.join()) throw new Broken(`the leaves of ${what}`, came, wanted)
  const leaves = entries(expected)
  for (const [i, [path, a]] of entries(found).entries()) {
    const b = leaves[i]?.[1]
    if (!alike(plain(a), plain(b))) throw new Broken(path === '' ? what : `"${path}" of ${what}`, ...shown(a, b))
  }
}

const isVector = (x: unknown): x is readonly number[] => Array.isArray(x) && x.every((a) => typeof a === 'number')

const alike = (a: unknown, b: unknown): boolean => {
  if (!isList(a) || !isList(b)) return Object.is(a, b)
  return a.length === b.length && Array.prototype.every.call(a, (x, i) => Object.is(x, b[i]))
}

const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || ArrayBuffer.isView(x)

/** A leaf as data. */
const plain = (leaf: unknown): unknown =>
  leaf instanceof Saved ? [leaf.dtype, ...leaf.shape, ...Array.from(leaf.numbers)] : leaf

/** As a counterexample shows them: their numbers, if these are what differs. */
const shown = (a: unknown, b: unknown): readonly [unknown, unknown] => {
  const numbers = kind(a) === kind(b)
  const show = (x: unknown) => (!(x instanceof Saved) ? x : numbers ? Array.from(x.numbers) : kind(x))
  return [show(a), show(b)]
}

const kind = (x: unknown): string => (x instanceof Saved ? `${x.dtype} [${x.shape}]` : typeof x)
