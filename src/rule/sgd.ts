import { built } from '../built.js'
import type { Hyper } from '../schedule/schedule.js'
import { named } from './fuse.js'
import { descent } from './lr.js'

/**
 * Stochastic gradient descent.
 * Robbins & Monro 1951, https://doi.org/10.1214/aoms/1177729586
 *
 *     Δθ = −lr · g
 */
export const sgd = built('sgd', [{ lr: 'hyper!' }], ({ lr }: { lr: Hyper }) => named<{}>('sgd', descent(lr)))
