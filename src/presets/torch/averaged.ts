import { built } from '../../built.js'
import { type Averaging, averageEma, averageSwa } from '../../rule/average.js'
import type { Hyper } from '../../schedule/schedule.js'
import { oneOf } from '../option.js'

interface AveragedModel extends Averaging {
  /** `get_swa_multi_avg_fn()`, the mean, or `get_ema_multi_avg_fn(decay)`. */
  readonly multiAvgFn?: 'swa' | 'ema'
  readonly decay?: Hyper
}

/**
 * PyTorch 2.13's `optim.swa_utils.AveragedModel`, last in a chain: the average of the weights, which is what is evaluated. Ours are
 * the same, and begin as it does with a copy of the first weights that enter.
 * https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.AveragedModel.html
 *
 * In PyTorch one calls `update_parameters` after those steps whose weights are to enter: they are told by `start`, updates before
 * the first, and `stride`, every so many from there on.
 */
export const averagedModel = built(
  'torch.averagedModel',
  [{ multiAvgFn: ['swa', 'ema'], decay: 'hyper', start: 'number', stride: 'number' }],
  ({ multiAvgFn = 'swa', decay = 0.999, ...when }: AveragedModel = {}) => {
    oneOf('torch.averagedModel', ['swa', 'ema'], { multiAvgFn })
    return multiAvgFn === 'ema' ? averageEma({ decay, ...when }) : averageSwa(when)
  },
)
