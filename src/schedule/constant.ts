import { check, described, type Schedule } from './schedule.js'

/** constant(x)(t) = x */
export const constant = (value: number): Schedule => {
  check('constant', 'value', value, 'finite')
  return described({ name: 'constant', args: [value] }, () => value)
}
