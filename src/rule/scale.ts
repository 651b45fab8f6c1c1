import { built } from '../built.js'
import { brief, mistake } from '../failure.js'
import type { Hyper } from '../schedule/schedule.js'
import { whereOf } from '../where.js'
import { rule } from './rule.js'

/**
 * Scaling, by any number; `scaleByLr` changes the sign too.
 *
 *     scale:  g ← factor · g
 */
export const scale = built('scale', ['hyper!'], (factor: Hyper) =>
  rule({ name: 'scale', hyper: { factor }, step: ({ g, factor }) => ({ delta: g.mul(factor) }) }),
)

/**
 * A rate for each leaf, as a part of the common one: for layers that learn slower (Howard & Ruder 2018, section 3.2,
 * https://arxiv.org/abs/1801.06146) or not at all.
 *
 *     scaleByPath:  g ← factor · g          factor is one number a leaf
 *
 * `factors` are numbers by pattern, `{ 'embedding.**': 0.1, '**.bias': 2 }`, of which the last that fits decides, and 1 where none
 * does; or a function of the leaf's path.
 */
export const scaleByPath = built('scaleByPath', ['tree!'], (factors: Factors) => {
  const factor = factorOf(factors)
  return rule({ name: 'scaleByPath', leaf: { factor }, step: ({ g, factor }) => ({ delta: g.mul(factor) }) })
})

export type Factors = Readonly<Record<string, number>> | ((path: string) => number)

const factorOf = (factors: Factors): ((path: string) => number) => {
  if (typeof factors === 'function') return (path) => checked(`the factor of "${path}"`, factors(path))
  if (typeof factors !== 'object' || factors === null || Array.isArray(factors))
    throw mistake('scaleByPath', `factors is ${brief(factors)}`, 'numbers by pattern, or a function of a path')
  const table = Object.entries(factors).map(([pattern, factor]) => ({
    fits: whereOf('scaleByPath', pattern),
    factor: checked(`the factor of "${pattern}"`, factor),
  }))
  return (path) => table.reduce((last, { fits, factor }) => (fits(path) ? factor : last), 1)
}

const checked = (name: string, factor: unknown): number => {
  if (typeof factor === 'number' && Number.isFinite(factor)) return factor
  throw mistake('scaleByPath', `${name} is ${brief(factor)}`, 'a finite number')
}
