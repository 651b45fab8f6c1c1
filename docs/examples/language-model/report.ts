import { latex, type Optimizer, schedule, tree } from 'gradus'
import katex from 'katex'
import { chartOf, type Line } from './chart.ts'
import type { Facts } from './facts.ts'
import type { History } from './learn.ts'
import type { Params } from './model.ts'
import { duration, grouped, nats } from './number.ts'
import { STYLE } from './style.ts'

/** A run as the report shows it. */
export interface Run {
  readonly history: History
  readonly optimizer: Optimizer
  readonly unigram: number
  readonly params: Params
  readonly bytes: { readonly params: number; readonly state: number }
  /** Name and value, in the order of reading. */
  readonly facts: Facts
  /** What there is to say about how it ended. */
  readonly ended: string
}

/** One page that needs nothing else: no scripts, no fonts, no network. */
export const reportOf = (run: Run): string => {
  const { history, optimizer, params, unigram, facts, ended } = run
  const last = history.validations.at(-1)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>gradus: a language model</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="over">gradus</p>
<h1>A character-level language model</h1>
<p>${escaped(ended)}</p>
</header>
<section class="figures">
${figure(last ? nats(last.loss) : '–', 'validation loss, nats a character')}
${figure(nats(unigram), 'unigram entropy of the text')}
${figure(last ? nats(unigram - last.loss) : '–', 'nats below it')}
${figure(grouped(history.losses.length), `steps in ${duration(history.seconds)}`)}
</section>
<section>
<h2>Loss</h2>
${lossChart(run)}
<details><summary>The numbers</summary>${numbers(history)}</details>
</section>
${rateSection(run)}<section>
<h2>The formula as it ran</h2>
<div class="wide">${formula(optimizer)}</div>
${table([...hypersOf(optimizer), ...constantsOf(optimizer, tree.paths(params))])}
</section>
<section>
<h2>Memory</h2>
${memory(run)}
</section>
<section>
<h2>What it writes</h2>
${sampled(history)}
</section>
<section>
<h2>The run</h2>
${table(facts)}
</section>
</main>
</body>
</html>
`
}

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] as string)

const figure = (value: string, name: string): string => `<div><b>${value}</b><span>${name}</span></div>`

const table = (rows: Facts): string =>
  `<table>${rows.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('')}</table>`

const lossChart = ({ history: { losses, validations }, unigram }: Run): string => {
  const lines: Line[] = [
    { name: 'training, batch by batch', points: thinned(losses), color: 'var(--faint)', width: 1 },
    { name: 'training, smoothed', points: thinned(smoothed(losses)), color: 'var(--train)', width: 2 },
    {
      name: 'validation',
      points: validations.map(({ t, loss }) => [t, loss]),
      color: 'var(--validation)',
      width: 2,
      dots: true,
    },
  ]
  const reference = { label: `unigram entropy ${nats(unigram)}`, value: unigram }
  return chartOf({ title: 'Loss over steps', height: 380, steps: losses.length, fromZero: true, lines, reference })
}

/** Nothing where there is no rate, or more than one. */
const rateSection = ({ history, optimizer }: Run): string =>
  history.rates.length === 0
    ? ''
    : `<section>
<h2>Learning rate</h2>
${rateChart(history)}
<pre class="code">${escaped(
        ratesOf(optimizer)
          .map((rate) => `lr = ${rate}`)
          .join('\n'),
      )}</pre>
</section>
`

const rateChart = ({ rates }: History): string => {
  const lines: Line[] = [{ name: 'lr', points: thinned(rates), color: 'var(--train)', width: 2 }]
  return chartOf({ title: 'Learning rate over steps', height: 220, steps: rates.length, fromZero: true, lines })
}

/** A running mean with a memory of about 30 steps, its start corrected as Adam's is. */
const smoothed = (xs: readonly number[]): readonly number[] => {
  const b = 1 - 1 / 30
  let m = 0
  return xs.map((x, i) => {
    m = b * m + (1 - b) * x
    return m / (1 - b ** (i + 1))
  })
}

const POINTS = 900

/** The values with their steps; of many, evenly spread ones and the last. */
const thinned = (xs: readonly number[]): readonly (readonly [number, number])[] => {
  const stride = Math.ceil(xs.length / POINTS)
  return xs.flatMap((x, i) => (i % stride === 0 || i === xs.length - 1 ? [[i + 1, x] as const] : []))
}

/** To the last bit, so that two runs can be compared. */
const numbers = ({ losses, rates, validations }: History): string => {
  const rows = validations.map(({ t, loss }) => [t, losses[t - 1], loss, rates[t - 1] ?? '–'])
  const head = ['step', 'training loss of this batch', 'validation loss', 'lr']
  return `<div class="wide"><table class="numbers"><tr>${head.map((h) => `<th>${h}</th>`).join('')}</tr>${rows
    .map((row) => `<tr>${row.map((x) => `<td>${x}</td>`).join('')}</tr>`)
    .join('')}</table></div>`
}

const formula = (optimizer: Optimizer): string =>
  optimizer.rule === undefined ? '<p>It is not one formula.</p>' : rendered(optimizer)

const rendered = (optimizer: Optimizer): string =>
  katex.renderToString(latex(optimizer), { output: 'mathml', displayMode: true }).replace(/ xmlns="[^"]*"/g, '')

/** Every hyperparameter under the name that `hyperAt` gives it; schedules as they are written. */
const hypersOf = ({ rule }: Optimizer): Facts =>
  Object.values(rule?.hyper ?? {}).map(({ of, name, value }) => [`${of} ${name}`, schedule.show(value)])

/** What differs from tensor to tensor, such as whether it decays. */
const constantsOf = ({ rule }: Optimizer, paths: readonly string[]): Facts =>
  Object.entries(rule?.leaf ?? {}).map(([name, valueAt]) => {
    const values = [...new Set(paths.map(valueAt))]
    const told = values.map((x) => `${x} on ${listed(paths.filter((path) => valueAt(path) === x))}`)
    return [name.slice(name.indexOf('.') + 1), told.join('; ')]
  })

const listed = (names: readonly string[]): string =>
  names.length > 4 ? `${names.length} tensors` : names.join(' and ')

/** Every learning rate, as one would write it. */
export const ratesOf = ({ rule }: Optimizer): readonly string[] =>
  Object.values(rule?.hyper ?? {}).flatMap(({ name, value }) => (name === 'lr' ? [schedule.show(value)] : []))

const memory = ({ bytes: { params, state }, optimizer }: Run): string => {
  const slots = Object.keys(optimizer.rule?.slots ?? {}).map((name) => name.slice(name.indexOf('.') + 1))
  const kept = slots.length === 0 ? 'none' : slots.join(', ')
  return table([
    ['parameters', `${kilobytes(params)} (${grouped(params / 4)} numbers)`],
    ['optimizer state', `${kilobytes(state)}, ${(state / params).toFixed(2)} × the parameters (slots: ${kept})`],
    ['together', kilobytes(params + state)],
  ])
}

const kilobytes = (bytes: number): string => `${grouped(Math.round(bytes / 1024))} KiB`

const sampled = ({ sample }: History): string =>
  sample
    ? `<p>After step ${grouped(sample.t)}: the grey text is given, from a part that was never learned; the rest is the model’s.</p>
<pre class="sample"><span>${escaped(sample.prompt)}</span>${escaped(sample.text)}</pre>`
    : '<p>It had not written anything yet.</p>'
