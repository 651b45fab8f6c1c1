import { brief, mistake } from '../../failure.js'

/** A mask as Optax has it: a tree of booleans like θ, or the top of one; or a predicate of a leaf's path. */
export type Mask = MaskTree | ((path: string) => boolean)
type MaskTree = boolean | readonly MaskTree[] | { readonly [key: string]: MaskTree }

/** Whether a leaf is in. A leaf below a boolean is what that is; no mask has every leaf in. */
export const maskOf = (who: string, mask: Mask | null | undefined): ((path: string) => boolean) => {
  if (mask === null || mask === undefined) return () => true
  if (typeof mask === 'function') return mask
  return (path) => {
    const value = labelAt(who, 'mask', mask, path)
    if (typeof value === 'boolean') return value
    throw mistake(who, `mask at "${path}" is ${brief(value)}`, 'true or false')
  }
}

/** What a tree of labels says of a leaf: its value at the path, or at the nearest branch above it that is a value. */
export const labelAt = (who: string, what: string, labels: unknown, path: string): unknown => {
  let node = labels
  // A key may have a dot in it: the longest key that fits is taken.
  let rest = path
  while (typeof node === 'object' && node !== null && rest !== '') {
    const branch = node as Readonly<Record<string, unknown>>
    const key = Object.keys(branch)
      .filter((k) => rest === k || rest.startsWith(`${k}.`))
      .sort((a, b) => b.length - a.length)[0]
    if (key === undefined) throw mistake(who, `${what} has nothing at "${path}"`, 'a value for every leaf')
    node = branch[key]
    rest = rest.slice(key.length + 1)
  }
  return node
}
