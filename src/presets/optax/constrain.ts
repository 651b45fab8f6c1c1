import { built } from '../../built.js'
import { keepNonnegative } from '../../rule/keepnonnegative.js'
import { zeroNans as zeroed } from '../../rule/zeronans.js'

/** Optax 0.2.9's constraints, https://optax.readthedocs.io/en/latest/api/transformations.html */

/** `optax.zero_nans`: our `zeroNans`. Optax notes in its state which tensors had one, and does not use it; nothing is noted here. */
export const zeroNans = built('optax.zeroNans', [], () => zeroed())

/** `optax.keep_params_nonnegative`: our `keepNonnegative`. */
export const keepParamsNonnegative = built('optax.keepParamsNonnegative', [], () => keepNonnegative())
