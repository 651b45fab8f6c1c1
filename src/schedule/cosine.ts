import { check, described, type Schedule } from './schedule.js'

/**
 * Half a period of a cosine. Loshchilov & Hutter 2017, equation 5, https://arxiv.org/abs/1608.03983
 *
 *     cosine({ from, to, over })(t) = to + (from − to) · (1 + cos(π · min(1, t / over))) / 2
 *
 * `over` is in updates. Where we differ: PyTorch's rises again after its end; this one stays at `to`.
 */
export const cosine = ({ from, to = 0, over }: { from: number; to?: number; over: number }): Schedule => {
  check('cosine', 'from', from, 'finite')
  check('cosine', 'to', to, 'finite')
  check('cosine', 'over', over, 'positive')
  return described(
    { name: 'cosine', args: [{ from, to, over }] },
    (t) => to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, t / over)))) / 2,
  )
}
