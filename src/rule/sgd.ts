import type { Hyper } from '../schedule/schedule.ts'
import { named } from './fuse.ts'
import { scaleByLr } from './lr.ts'

/**
 * Stochastic gradient descent.
 * Robbins & Monro 1951, https://doi.org/10.1214/aoms/1177729586
 *
 *     Δθ = −lr · g
 */
export const sgd = ({ lr }: { lr: Hyper }) => named<{}>('sgd', scaleByLr(lr))
