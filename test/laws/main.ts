import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { INTERRUPTED, interrupt } from '../../docs/examples/language-model/interrupt.ts'
import { duration, grouped } from '../../docs/examples/language-model/number.ts'
import { NOTHING, parsed, printed, pruned, type Results, withCaught, withTried } from '../../docs/laws/record.ts'
import { sourcesOf } from '../../docs/laws/sources.ts'
import { start } from './backend.ts'
import { run } from './crew.ts'
import { type Options, optionsOf, RECORD } from './options.ts'
import { hunts, trials } from './plan.ts'
import { watchOn } from './watch.ts'
import type { Outcome, Task } from './work.ts'

/** `npm run laws`: every law of everything that obeys it, often; or, with --mutants, every mutant. */
const main = async (options: Options): Promise<number> => {
  const signal = interrupt()
  await start(options.backend)
  const [{ everything }, { ofMutants }] = await Promise.all([
    import('../../docs/laws/obeyed.ts'),
    import('../../docs/laws/mutants.ts'),
  ])
  const sources = sourcesOf(process.cwd())
  const all = everything(sources)
  const mutants = ofMutants(sources)
  const file = options.record ?? (options.backend === 'wasm' ? RECORD : `out/laws-${options.backend}.json`)
  const { tasks, known } = options.mutants ? hunts(mutants, options) : trials(all, options, read(file))

  const obeyed: Record<string, readonly string[]> = {}
  for (const { optimizer, law } of all) obeyed[optimizer] = [...(obeyed[optimizer] ?? []), law.name]
  const save = (change: (results: Results) => Results) =>
    write(
      file,
      pruned(
        change(read(file)),
        obeyed,
        mutants.map(({ name }) => name),
      ),
    )

  const watch = watchOn(process.stdout, tasks, options.jobs)
  if (known.length > 0) watch.say(`${grouped(known.length)} of ${grouped(known.length + tasks.length)} are in ${file}`)
  const failures: string[] = []
  const done = (task: Task, outcome: Outcome) => {
    save((results) => recorded(results, task, outcome))
    watch.done(task, outcome)
    const failure = failureOf(task, outcome)
    if (failure === undefined) return
    failures.push(failure)
    watch.say(`\n${failure}\n`)
  }
  const began = performance.now()
  await run({ ...options, tasks, begun: watch.begun, done, signal }).finally(watch.close)
  if (signal.aborted) return INTERRUPTED
  const took = duration((performance.now() - began) / 1000)
  const what = options.mutants ? 'mutants' : `laws × ${grouped(options.runs)} runs`
  const bad = options.mutants ? 'not always caught' : 'refuted'
  console.log(`${grouped(tasks.length)} ${what} in ${took}, ${failures.length} ${bad}; recorded in ${file}`)
  return failures.length === 0 ? 0 : 1
}

const recorded = (results: Results, task: Task, outcome: Outcome): Results => {
  if (task.kind === 'hunt' && outcome.kind === 'hunt')
    return withCaught(results, task.mutant, [outcome.caught, task.seeds, task.of, outcome.also])
  if (task.kind === 'trial' && outcome.kind === 'trial') {
    const { optimizer, law, runs, seed, of } = task
    const tried = [runs, seed, of] as const
    return withTried(results, optimizer, law, outcome.refuted === undefined ? tried : [...tried, 'refuted'])
  }
  return results
}

const failureOf = (task: Task, outcome: Outcome): string | undefined => {
  if (task.kind === 'trial')
    return outcome.kind === 'trial' && outcome.refuted ? `${task.optimizer}: ${outcome.refuted}` : undefined
  if (outcome.kind !== 'hunt' || outcome.caught === task.seeds) return undefined
  return `${task.mutant}: "${task.law}" caught it with ${outcome.caught} of ${task.seeds} seeds`
}

const read = (file: string): Results => (existsSync(file) ? parsed(readFileSync(file, 'utf8')) : NOTHING)

/** Whole, or not at all. */
const write = (file: string, results: Results): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, printed(results))
  renameSync(`${file}.new`, file)
}

const told = (error: unknown): number => {
  process.stderr.write(`laws: ${error instanceof Error ? error.message : String(error)}\n`)
  return 1
}

process.stdout.on('error', () => process.exit(1))
process.exitCode = await main(optionsOf(process.argv)).catch(told)
