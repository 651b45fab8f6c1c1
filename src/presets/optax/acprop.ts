import { built } from '../../built.js'
import { type Acprop, acpropDirection } from '../../rule/acprop.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { fromRule } from '../../rule/rule.js'
import { betaKinds, type Masked, maskedKinds, type Rated } from './adam.js'
import { decayed } from './decayed.js'

/**
 * Optax 0.2.9's ACProp, https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.acprop: ours, with weightDecay · θ added
 * to the direction.
 */
/** `optax.contrib.scale_by_acprop`. */
export const scaleByAcprop = built('optax.scaleByAcprop', [betaKinds], (options: Acprop = {}) =>
  fromRule(acpropDirection(options)),
)

/** `optax.contrib.acprop`. */
export const acprop = built(
  'optax.acprop',
  [{ learningRate: 'hyper!', ...betaKinds, ...maskedKinds }],
  ({ learningRate, weightDecay = 0, mask = null, ...options }: Acprop & Rated & Masked) =>
    named('optax.acprop', acpropDirection(options), decayed('optax.acprop', weightDecay, mask), descent(learningRate)),
)
