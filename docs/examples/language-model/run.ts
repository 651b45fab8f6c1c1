import { type Optimizer, stateBytes, tree } from 'gradus'
import { start } from './backend.ts'
import { Complaint } from './complaint.ts'
import { consoleFor } from './console.ts'
import { corpusOf, unigramEntropy } from './corpus.ts'
import { endOf, factsOf, summaryOf, table } from './facts.ts'
import type { Folder } from './folder.ts'
import { INTERRUPTED } from './interrupt.ts'
import { type History, initial, learn, NOTHING, type Task, windowsOf } from './learn.ts'
import type { Size } from './model.ts'
import { grouped } from './number.ts'
import type { Options } from './options.ts'
import { ratesOf, reportOf } from './report.ts'
import type { Text } from './text.ts'

/** Learns a text, shows how it goes, and leaves a report in the folder. Returns the exit code. */
export const run = async (
  options: Options,
  optimizer: Optimizer,
  text: Text,
  folder: Folder,
  signal: AbortSignal,
): Promise<number> => {
  const { steps, seed } = options
  await start(options.backend)

  const corpus = corpusOf(text.content)
  const size: Size = { symbols: corpus.symbols.length, context: 64, width: 64, heads: 4, layers: 2 }
  const task: Task = { ...options, corpus, size, optimizer }
  const windows = windowsOf(task)
  if (options.batch > windows.training.length)
    throw new Complaint(`--batch is ${options.batch}, expected at most ${windows.training.length}, the text's windows`)

  const params = initial(size, seed)
  const numbers = tree.leaves(params).reduce((n, x) => n + x.size, 0)
  const bytes = { params: 4 * numbers, state: stateBytes(optimizer, params) }
  const unigram = unigramEntropy(corpus.ids)
  const facts = factsOf({ options, text, task, windows, numbers, unigram })
  const save = (history: History, ended: string) =>
    folder.save(reportOf({ history, optimizer, params, unigram, bytes, facts, ended }))
  await save(NOTHING, 'It has just begun.')

  const watch = consoleFor(process.stdout, steps)
  watch.say(table([...facts, ...ratesOf(optimizer).map((rate) => ['schedule', rate] as const)]))
  const validated = async (history: History) => {
    watch.validated(history)
    await save(history, `After ${grouped(history.losses.length)} of ${grouped(steps)} steps.`)
  }
  const history = await learn(task, params, { ...watch, validated }, signal).finally(watch.close)
  const ended = endOf(history, steps)
  await save(history, ended)
  process.stdout.write(`${table(summaryOf(history, { unigram, steps, report: folder.report }))}\n`)
  if (history.failure !== undefined) throw new Complaint(history.failure)
  return history.interrupted ? INTERRUPTED : 0
}
