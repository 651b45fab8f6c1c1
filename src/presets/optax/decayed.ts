import { decay } from '../../rule/decay.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Mask, maskOf } from './mask.js'

/** `add_decayed_weights` as Optax's optimizers have it inside: g + weightDecay · θ on the leaves of the mask. */
export const decayed = (who: string, weightDecay: Hyper, mask: Mask | null) =>
  decay({ weightDecay, ...(mask !== null && { where: maskOf(who, mask) }) })
