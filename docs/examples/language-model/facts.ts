import { BLOCK } from './corpus.ts'
import type { History, Task, windowsOf } from './learn.ts'
import { duration, grouped, nats } from './number.ts'
import type { Options } from './options.ts'
import type { Text } from './text.ts'

/** Name and value, in the order of reading. */
export type Facts = readonly (readonly [name: string, value: string])[]

/** Names and values in two columns, with an empty line around them. */
export const table = (facts: Facts): string => {
  const width = Math.max(...facts.map(([name]) => name.length))
  return `\n${facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`
}

/** What a run is made of, as it is told before the first step. */
export const factsOf = ({ options, text, task, windows, numbers, unigram }: Made): Facts => {
  const { corpus, size, steps, batch, seed } = task
  const { training, validation } = windows
  const kept = corpus.validation.reduce((n, { from, to }) => n + to - from, 0)
  return [
    ['text', `${text.name}, ${grouped(text.bytes)} bytes, ${size.symbols} different characters`],
    ['unigram entropy', `${nats(unigram)} nats a character`],
    ['training', `${grouped(corpus.ids.length - kept)} characters in ${grouped(training.length)} windows`],
    [
      'validation',
      `${grouped(kept)} characters, every tenth block of ${grouped(BLOCK)} bytes, in ${grouped(validation.length)} windows`,
    ],
    [
      'model',
      `transformer: ${size.layers} layers, width ${size.width}, ${size.heads} heads, context ${size.context}; ${grouped(numbers)} parameters`,
    ],
    ['optimizer', options.lr === undefined ? options.optimizer : `${options.optimizer}, lr ${options.lr} at its peak`],
    ['steps', `${grouped(steps)} of ${batch} windows`],
    ['seed', String(seed)],
    ['back end', `TensorFlow.js, ${options.backend}`],
  ]
}

interface Made {
  readonly options: Options
  readonly text: Text
  readonly task: Task
  readonly windows: ReturnType<typeof windowsOf>
  readonly numbers: number
  readonly unigram: number
}

/** How it ended, in a sentence. */
export const endOf = ({ losses, seconds, failure, interrupted }: History, steps: number): string => {
  const done = `${grouped(losses.length)} of ${grouped(steps)} steps in ${duration(seconds)}`
  if (failure !== undefined) return `It failed after ${done}. ${failure}.`
  return interrupted ? `It was interrupted after ${done}.` : `It made ${done}.`
}

/** What there is to know at the end. */
export const summaryOf = (
  { losses, validations, seconds, stepping }: History,
  { unigram, steps, report }: { unigram: number; steps: number; report: string },
): Facts => {
  const last = validations.at(-1)
  const at = last && last.t < losses.length ? ` (after step ${grouped(last.t)})` : ''
  const speed =
    losses.length === 0
      ? ''
      : `, ${(losses.length / stepping).toFixed(1)} steps a second without validation and samples`
  return [
    ['steps', `${grouped(losses.length)} of ${grouped(steps)}`],
    ['time', `${duration(seconds)}${speed}`],
    ['validation loss', last ? `${nats(last.loss)} nats a character${at}` : 'not measured yet'],
    ['unigram entropy', `${nats(unigram)} nats a character`],
    ['difference', last ? `${nats(unigram - last.loss)} nats a character` : '–'],
    ['report', report],
  ]
}
