import { brief, mistake } from './failure.js'

/**
 * Leaves by their path, `dense.0.kernel`: a predicate, a pattern, or patterns, of which the last that fits decides.
 *
 *     '**.kernel'          `*` is anything within one key, `**` anything at all
 *     '!**.bias'           all but these; so does a list that begins with such a pattern
 *     ['dense.**', '!**.bias']
 */
export type Where = string | readonly string[] | ((path: string) => boolean)

export const whereOf = (who: string, where: Where): ((path: string) => boolean) => {
  if (typeof where === 'function') return where
  const patterns = typeof where === 'string' ? [where] : where
  if (!Array.isArray(patterns) || !patterns.every((p) => typeof p === 'string'))
    throw mistake(who, `where is ${brief(where)}`, 'a pattern, patterns, or a function of a path')
  const tests = patterns.map((pattern) => ({
    not: pattern.startsWith('!'),
    fits: expression(pattern.replace(/^!/, '')),
  }))
  const first = tests[0]?.not ?? false
  return (path) => tests.reduce((within, { not, fits }) => (fits.test(path) ? !not : within), first)
}

const expression = (pattern: string): RegExp => {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^.]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')))
    .join('')
  return new RegExp(`^${source}$`, 's')
}
