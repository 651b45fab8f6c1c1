import { built } from '../../built.js'
import {
  conditionallyMask as maskWhere,
  conditionallyTransform as transformWhere,
} from '../../optimizer/conditionally.js'
import { flatten as asOne } from '../../optimizer/flatten.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { partition as byLabel, masked as onSome } from '../../optimizer/partition.js'
import { skipNonFinite } from '../../optimizer/skipnonfinite.js'
import { applyEvery as summed } from '../../rule/applyevery.js'
import { rule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { wholeFrom } from '../../schedule/range.js'
import { callable } from '../option.js'
import { labelAt, type Mask, maskOf } from './mask.js'
import { setToZero } from './plain.js'

/**
 * Optax 0.2.9's wrappers of optimizers, under its names.
 * https://optax.readthedocs.io/en/latest/api/transformations.html, https://optax.readthedocs.io/en/latest/api/combining_optimizers.html
 *
 * Where they differ: masks and labels that are functions get a leaf's path, not the tree; extra arguments are not forwarded to
 * `shouldTransformFn`.
 */

/** `optax.apply_every`. */
export const applyEvery = built('optax.applyEvery', [{ k: 'number' }], ({ k = 1 }: { k?: number } = {}) => summed(k))

/** `optax.apply_if_finite`: an update that is not finite is left out, unless there were more than so many of them in a row. */
export const applyIfFinite = built(
  'optax.applyIfFinite',
  [{ inner: 'optimizer!', maxConsecutiveErrors: 'number!' }],
  ({ inner, maxConsecutiveErrors }: { inner: Optimizer; maxConsecutiveErrors: number }) => {
    check('optax.applyIfFinite', wholeFrom(0), { maxConsecutiveErrors })
    return skipNonFinite(inner, { limit: maxConsecutiveErrors })
  },
)

interface Conditional {
  readonly inner: Optimizer
  /** Gets the number of updates made before this one. */
  readonly shouldTransformFn: (step: number) => unknown
}

const where = (who: string, shouldTransformFn: Conditional['shouldTransformFn']) => {
  callable(who, { shouldTransformFn })
  return (t: number): number => (shouldTransformFn(t - 1) ? 1 : 0)
}

/** `optax.conditionally_transform`: elsewhere the updates are passed on. */
export const conditionallyTransform = built(
  'optax.conditionallyTransform',
  [{ inner: 'optimizer!', shouldTransformFn: 'function!' }],
  ({ inner, shouldTransformFn }: Conditional) =>
    transformWhere(where('optax.conditionallyTransform', shouldTransformFn), inner),
)

/** `optax.conditionally_mask`: elsewhere the updates are 0. */
export const conditionallyMask = built(
  'optax.conditionallyMask',
  [{ inner: 'optimizer!', shouldTransformFn: 'function!' }],
  ({ inner, shouldTransformFn }: Conditional) => maskWhere(where('optax.conditionallyMask', shouldTransformFn), inner),
)

/** `optax.flatten`: the whole tree as one vector. */
export const flatten = built('optax.flatten', [{ inner: 'optimizer!' }], ({ inner }: { inner: Optimizer }) =>
  asOne(inner),
)

/** `optax.masked`: on the leaves in the mask; the others' updates are passed on as they are. */
export const masked = built(
  'optax.masked',
  [{ inner: 'optimizer!', mask: 'tree!' }],
  ({ inner, mask }: { inner: Optimizer; mask: Mask }) => onSome(maskOf('optax.masked', mask), inner),
)

/** `optax.freeze`: 0 for the leaves in the mask. */
export const freeze = built('optax.freeze', [{ mask: 'tree!' }], ({ mask }: { mask: Mask }) => {
  const frozen = maskOf('optax.freeze', mask)
  return rule({
    name: 'freeze',
    leaf: { frozen: (path) => (frozen(path) ? 1 : 0) },
    step: ({ g, frozen }) => ({ delta: frozen.select(0, g) }),
  })
})

/** `optax.selective_transform`: an optimizer for the leaves that are not frozen, and 0 for those that are. */
export const selectiveTransform = built(
  'optax.selectiveTransform',
  [{ optimizer: 'optimizer!', freezeMask: 'tree!' }],
  ({ optimizer, freezeMask }: { optimizer: Optimizer; freezeMask: Mask }) => {
    const frozen = maskOf('optax.selectiveTransform', freezeMask)
    return byLabel({ train: optimizer, freeze: setToZero() }, (path) => (frozen(path) ? 'freeze' : 'train'))
  },
)

type Labels = string | readonly Labels[] | { readonly [key: string]: Labels } | ((path: string) => string)

/** `optax.partition`: each leaf to the transformation of its label; labels are a tree like θ, or the top of one. */
export const partition = built(
  'optax.partition',
  [{ transforms: 'optimizers!', paramLabels: 'tree!' }],
  ({ transforms, paramLabels }: { transforms: Readonly<Record<string, Optimizer>>; paramLabels: Labels }) => {
    const label = (path: string): unknown =>
      typeof paramLabels === 'function'
        ? paramLabels(path)
        : labelAt('optax.partition', 'paramLabels', paramLabels, path)
    return byLabel(transforms, (path) => String(label(path)))
  },
)
