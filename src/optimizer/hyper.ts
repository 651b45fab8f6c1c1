import { hypersAt } from '../kernel/kernel.js'
import type { Optimizer } from './optimizer.js'
import { ruleOf } from './ruleof.js'

/**
 * The value of every hyperparameter at step t, by path (`adamw.lr` alone, `1.adamw.lr` in a chain, `1.0.adamw.lr` in a
 * blend in it) and, where only one hyperparameter bears it, by bare name.
 */
export const hyperAt = (optimizer: Optimizer, t: number): Readonly<Record<string, number>> => {
  const rule = ruleOf('hyperAt', optimizer)
  const values = hypersAt(rule, t)
  const named = Object.entries(rule.hyper).map(([key, { of, name }]) => {
    const part = key.slice(0, key.lastIndexOf('.') + 1)
    return { path: `${part}${of}.${name}`, name, value: values[key] as number }
  })
  const bare = named.filter(({ name }) => named.filter((other) => other.name === name).length === 1)
  return Object.fromEntries([...named.map((n) => [n.path, n.value]), ...bare.map((n) => [n.name, n.value])])
}
