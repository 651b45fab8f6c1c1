import { rule } from './rule.js'

/** No step, whatever the gradient is. */
export const still = rule({ name: 'still', step: () => ({ delta: 0 }) })
