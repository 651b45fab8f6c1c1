import { latex as lines, symbol } from '../expr/latex.js'
import { program } from '../expr/program.js'
import type { Optimizer } from './optimizer.js'
import { ruleOf } from './ruleof.js'

/**
 * The formula that runs, as TeX (an `aligned` block): what a chain does after it was fused. A slot at t − 1 is its value
 * before the update; in a chain the letters of part k bear (k).
 */
export const latex = (optimizer: Optimizer): string => {
  const rule = ruleOf('latex', optimizer)
  const part = (name: string): string => {
    const letter = name.slice(name.lastIndexOf('.') + 1)
    const clashes = [rule.slots, rule.hyper, rule.leaf].some((record) =>
      Object.keys(record).some((other) => other !== name && other.slice(other.lastIndexOf('.') + 1) === letter),
    )
    return name.includes('.') && clashes ? `^{(${name.slice(0, name.lastIndexOf('.'))})}` : ''
  }
  const at = (name: string, index: string): string => symbol(name, index) + part(name)
  const variable = (name: string): string => {
    if (name in rule.slots || name === 'theta') return at(name, 't-1')
    return name === 'g' ? at(name, 't') : at(name, '')
  }
  const rows = lines(program(rule.step), variable, (output) => at(output, 't'))
  return `\\begin{aligned}\n${rows.map(([left, right]) => `${left} &= ${right}`).join(' \\\\\n')}\n\\end{aligned}`
}
