import { check, described, type Schedule } from './schedule.js'

/** linear({ from, to, over })(t) = from + (to − from) · min(1, t / over). `over` is in updates; after it, `to`. */
export const linear = ({ from, to = 0, over }: { from: number; to?: number; over: number }): Schedule => {
  check('linear', 'from', from, 'finite')
  check('linear', 'to', to, 'finite')
  check('linear', 'over', over, 'positive')
  return described({ name: 'linear', args: [{ from, to, over }] }, (t) => from + (to - from) * Math.min(1, t / over))
}
