import { zeros } from '@tensorflow/tfjs'
import { latex, type Optimizer, schedule, stateBytes } from 'gradus'
import type { Parameter } from '../../src/built.ts'
import { commentsOf, openingOf } from '../comment.ts'
import { type Entry, elsewhere, type Family, type File, FRAMEWORKS, families, sampleOf } from './catalogue.ts'
import { explained, lawsOf } from './laws.ts'
import { drawn } from './path.ts'
import { table } from './table.ts'

/** docs/optimizers.md and its pictures, by path in docs. */
export const files = (): Readonly<Record<string, string>> => {
  const all = families().filter(({ files }) => files.length > 0)
  return {
    'optimizers.md': page(all),
    ...Object.fromEntries(entriesOf(all).flatMap((entry) => (descends(entry) ? [[picture(entry), path(entry)]] : []))),
  }
}

const entriesOf = (all: readonly Family[]): readonly Entry[] =>
  all.flatMap(({ files }) => files.flatMap((f) => f.entries))

const page = (all: readonly Family[]): string => `# Optimizers

An optimizer is a formula. Its comment is in the letters of its code; below it is the formula that runs, printed from the rule
itself by \`latex\`: what is computed once is written once. Any hyperparameter may be a [schedule](schedules.md). Transformations stand
in a \`chain\`, from left to right, before what makes a step of the gradient or after it:

\`\`\`ts
import { adamw, chain, clipByGlobalNorm, latex, movingAverage, normalize, projectBox, scaleByLr, stateBytes } from 'gradus'
import * as tf from '@tensorflow/tfjs'

const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 3e-4, weightDecay: 0.1, where: '**.kernel' }))
console.log(latex(optimizer))
console.log(stateBytes(optimizer, { dense: { kernel: tf.zeros([784, 10]), bias: tf.zeros([10]) } })) // m and v: 62_800

const own = chain(normalize(), movingAverage({ beta: 0.9 }), scaleByLr(0.01), projectBox({ lower: 0 }))
\`\`\`

Those with the names, options, defaults and formulas of other frameworks are in \`gradus/presets\`: [the same elsewhere](#the-same-elsewhere).
A picture is a path of 60 updates down a long valley, (x² + 20·y²) / 2, at the one rate of 10, 3, 1, …, 0.0001 along which that
is least, in the mean. This page is made by \`npm run docs\` from the comments, signatures and rules in [src](../src).

${all.map(({ title, files }) => `**${title}**: ${files.map(link).join(' · ')}\n`).join('\n')}
${explained}
${all.map(family).join('\n')}
# The same elsewhere

Presets of \`gradus/presets\`: each has that framework's formula to the last ε, which need not be ours.

${table(['gradus', ...Object.values(FRAMEWORKS)], entriesOf(all).flatMap(foreign))}
`

const heading = ({ entries }: File): string => entries.map(({ name }) => name).join(', ')
const link = (file: File): string => `[${heading(file)}](#${heading(file).toLowerCase().replace(/, /g, '-')})`

const family = ({ title, files }: Family): string => `# ${title}\n\n${files.map(section).join('\n')}`

const section = (file: File): string => {
  const comments = commentsOf(file.file)
  const opening = openingOf(file.file)
  const own = file.entries.map((entry) => {
    const comment = comments[entry.name]
    return [comment === opening ? undefined : comment, call(entry), details(entry)].filter(Boolean).join('\n\n')
  })
  return `## ${heading(file)}\n\n${[opening, ...own].join('\n\n')}\n`
}

/** As it is written, with the names of its options. */
const call = ({ name, signature: { parameters, rest } }: Entry): string => {
  const args = parameters.map((parameter) =>
    isOptions(parameter) ? `{ ${Object.keys(parameter).join(', ')} }` : kindOf(parameter),
  )
  return `**\`${name}(${[...args, ...(rest === undefined ? [] : [`…${rest}s`])].join(', ')})\`**`
}

type Options = Readonly<Record<string, Parameter>>
const isOptions = (parameter: Parameter): parameter is Options & Parameter =>
  typeof parameter === 'object' && !Array.isArray(parameter)

const details = (entry: Entry): string => {
  const args = sampleOf(entry.signature)
  if (args === undefined)
    return [options(entry, undefined), lawsOf(entry.name)].filter((part) => part !== '').join('\n\n')
  const optimizer = entry.make(...args)
  const formula = optimizer.rule ? `\`\`\`math\n${latex(optimizer)}\n\`\`\`` : ''
  const shown = descends(entry) ? `![${entry.name}](${picture(entry)})` : ''
  return [formula, options(entry, optimizer), state(optimizer), lawsOf(entry.name), shown]
    .filter((part) => part !== '')
    .join('\n\n')
}

const KINDS: Readonly<Record<string, string>> = {
  hyper: 'a number or a schedule',
  flag: 'true or false',
  number: 'a number',
  numbers: 'numbers',
  schedule: 'a schedule',
  optimizer: 'an optimizer',
  optimizers: 'optimizers by label',
  where: 'paths: patterns or a predicate',
  tree: 'a tree like θ, or the top of one',
  any: 'data',
  function: 'a function',
}

/** What an argument is, as one would call it. */
const kindOf = (parameter: Parameter): string =>
  typeof parameter === 'string' ? parameter.replace('!', '') : (parameter as readonly string[]).join(' | ')

/** What it takes: where a hyperparameter may lie, and what it is if nothing is said. */
const options = ({ signature: { parameters }, text }: Entry, optimizer: Optimizer | undefined): string => {
  const hypers = Object.values(optimizer?.rule?.hyper ?? {})
  const row = (name: string, kind: Parameter): readonly string[] => {
    const hyper = hypers.find((h) => h.name === name)
    const word = typeof kind === 'string' ? kind.replace('!', '') : ''
    const what = hyper?.range.say(name) ?? KINDS[word] ?? (kind as readonly string[]).map((w) => `'${w}'`).join(', ')
    const given = typeof kind === 'string' && kind.endsWith('!')
    return [`\`${name}\``, given ? 'to be given' : hyper ? number(hyper.value) : writtenIn(text, name), what]
  }
  const [first] = parameters
  const rows = parameters
    .filter(isOptions)
    .flatMap((o) => Object.entries(o as Options).map(([name, kind]) => row(name, kind)))
  const positional =
    typeof first === 'string' && first.startsWith('hyper') ? hypers.map(({ name }) => row(name, first)) : []
  return rows.length + positional.length === 0 ? '' : table(['option', 'default', 'where'], [...positional, ...rows])
}

/** What no rule tells, an optimizer written with TensorFlow's operations or an option that is no hyperparameter, the code does. */
const writtenIn = (text: string, name: string): string => {
  const [, value = '–'] = new RegExp(`[{,]\\s*${name} = ([\\w.-]+|'[^']*'|\\[[^\\]]*\\])\\s*[,}]`).exec(text) ?? []
  return value.startsWith("'") ? value : value.replace('-', '−')
}

const number = (value: unknown): string => schedule.show(value).replace('Infinity', '∞').replace('-', '−')

const PER = { element: 'one number an element', tensor: 'one a tensor', tree: 'one for the tree' } as const
const SHAPE = [64, 32] as const

const state = (optimizer: Optimizer): string => {
  if (!optimizer.rule) {
    const params = { matrix: zeros([...SHAPE]) }
    const numbers = stateBytes(optimizer, params) / 4
    params.matrix.dispose()
    return `State: ${numbers === 0 ? 'none' : `${numbers} numbers for a matrix of ${SHAPE.join(' × ')}, which has ${SHAPE[0] * SHAPE[1]}`}. No formula: it is written with TensorFlow's operations.`
  }
  const slots = Object.entries(optimizer.rule.slots)
  const kinds = (['element', 'tensor', 'tree'] as const).flatMap((per) => {
    const names = slots.filter(([, slot]) => slot.per === per).map(([name]) => `\`${name}\``)
    return names.length === 0 ? [] : [`${names.join(', ')} (${names.length > 1 ? 'each ' : ''}${PER[per]})`]
  })
  return `State: ${kinds.length === 0 ? 'none' : kinds.join('; ')}.`
}

/** A whole optimizer that is a formula: its steps descend at a rate. */
const descends = ({ signature, make }: Entry): boolean => {
  const args = sampleOf(signature)
  const [first] = signature.parameters
  return (
    args !== undefined && first !== undefined && isOptions(first) && 'lr' in first && make(...args).rule !== undefined
  )
}

const picture = ({ name }: Entry): string => `optimizers/${name}.svg`

const path = ({ name, make, signature }: Entry): string => {
  const [given, ...rest] = sampleOf(signature) ?? []
  return drawn(name, (lr) => make({ ...(given as object), lr }, ...rest))
}

const foreign = ({ name }: Entry): readonly (readonly string[])[] => {
  const found = elsewhere(name)
  if (Object.keys(found).length === 0) return []
  return [[`\`${name}\``, ...Object.keys(FRAMEWORKS).map((key) => (found[key] ? `\`${found[key]}\`` : '–'))]]
}
