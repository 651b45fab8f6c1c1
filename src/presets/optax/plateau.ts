import { built } from '../../built.js'
import { type Plateau, reduceOnPlateau as plateau } from '../../rule/plateau.js'
import { check } from '../../schedule/check.js'
import { wholeFrom } from '../../schedule/range.js'

/**
 * Optax 0.2.9's `contrib.reduce_on_plateau`, https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.reduce_on_plateau:
 * `reduceOnPlateau` with the window called `accumulationSize`. As there, an update has heard its own loss.
 *
 * Where it differs: Optax lets min_scale be above 1, which would raise the rate, and patience be 0.
 */
export const reduceOnPlateau = built(
  'optax.reduceOnPlateau',
  [
    {
      factor: 'hyper',
      patience: 'hyper',
      rtol: 'hyper',
      atol: 'hyper',
      cooldown: 'hyper',
      accumulationSize: 'number',
      minScale: 'hyper',
    },
  ],
  ({ accumulationSize = 1, ...rest }: Options = {}) => {
    check('reduceOnPlateau', wholeFrom(1), { accumulationSize })
    return plateau({ ...rest, window: accumulationSize })
  },
)

type Options = Omit<Plateau, 'window'> & {
  /** How many losses are averaged. */
  readonly accumulationSize?: number
}
