import { schedule } from 'gradus'
import { plot } from 'gradus/plot'
import { commentsOf } from '../comment.ts'
import { combinators, constructors, type Entry, type Family, hearing } from './catalogue.ts'

/** docs/schedules.md and its pictures, by path in docs. */
export const files = (): Readonly<Record<string, string>> => ({
  'schedules.md': page(),
  ...Object.fromEntries(
    [...constructors, ...combinators, ...hearing].flatMap(({ entries }) => entries.map((e) => [picture(e), drawn(e)])),
  ),
})

const picture = ({ name }: Entry): string => `schedules/${name}.svg`

const drawn = ({ name, example, beside }: Entry): string =>
  plot(beside ? { ...beside, [name]: example } : example, { to: 1200, title: name })

const page = (): string => `# Schedules

A schedule is a function \`t => number\`. \`t\` is the number of the update, 1 at the first one; \`schedule(0)\` is the value before
it. Any hyperparameter may be a schedule, and any function of yours is one.

\`\`\`ts
import { pipe } from 'fp-ts/lib/function.js'
import { adam, schedule } from 'gradus'
import { plot } from 'gradus/plot' // npm install echarts

const lr = pipe(schedule.cosine({ from: 3e-4, over: 9_500 }), schedule.max(1e-5), schedule.warmup(500))
console.log([0, 250, 500, 10_000].map(lr)) // 0, half way up, 3e-4, 1e-5
console.log(schedule.sparkline(lr, { to: 10_000 }))
const svg = plot(lr, { to: 10_000, title: 'with warm-up' })

const optimizer = adam({ lr, b1: (t) => Math.min(0.95, 0.85 + t / 1e4) })
\`\`\`

A schedule is fp-ts's \`Reader<number, number>\`; \`MonoidSum\`, \`MonoidProduct\`, \`MonoidMin\` and \`MonoidMax\` are its monoids, t by t. Where
a schedule is not a finite number, the optimizer that uses it says so, by name and t: \`adam: lr is NaN at t = 7, expected 0 ≤ lr < ∞\`.

Everything here is exported by \`gradus\` under \`schedule\`, and by \`gradus/schedule\`. Schedules with the names, options and clocks of
PyTorch, Keras, TensorFlow 1 and Optax are in \`gradus/presets\`. This page is made by \`npm run docs\` from the comments in
[src/schedule](../src/schedule).

${contents('Constructors', constructors)}
${contents('Combinators', combinators)}
${contents('Hearing the loss', hearing)}

# Constructors

${constructors.map(section).join('\n')}
# Combinators

Each takes a schedule, or a number, and gives a schedule.

${combinators.map(section).join('\n')}
# Hearing the loss

What depends on the loss is no function of t: these are transformations of an optimizer, and stand in a \`chain\`.

${hearing.map(section).join('\n')}`

const contents = (title: string, families: readonly Family[]): string =>
  `**${title}**: ${families.map((family) => `[${family.title}](#${anchor(family.title)})`).join(' · ')}\n`

const anchor = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-')

const section = ({ title, file, about = [], entries }: Family): string => {
  const comments = commentsOf(file)
  return `## ${title}

${about.map((name) => `${comments[name]}\n\n`).join('')}${entries.map((one) => entry(one, comments[one.name])).join('\n')}
${names(entries)}`
}

const entry = (
  one: Entry,
  comment: string | undefined,
): string => `${comment === undefined ? '' : `${comment}\n\n`}\`\`\`js
${one.code ?? schedule.show(one.example)}
\`\`\`

![${one.name}](${picture(one)})
`

/** What the same is called elsewhere; nothing, where nobody has it. */
const names = (entries: readonly Entry[]): string => {
  const known = entries.filter(({ torch, keras, optax }) => torch ?? keras ?? optax)
  if (known.length === 0) return ''
  const cell = (name: string | undefined): string => (name === undefined || name === '–' ? '–' : `\`${name}\``)
  const rows = known.map((e) => `| \`${e.name}\` | ${cell(e.torch)} | ${cell(e.keras)} | ${cell(e.optax)} |`)
  return `| gradus | PyTorch | Keras, TensorFlow 1 | Optax |\n|---|---|---|---|\n${rows.join('\n')}\n`
}
