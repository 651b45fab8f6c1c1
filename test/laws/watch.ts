import { MultiBar } from 'cli-progress'
import { clock, duration, grouped } from '../../docs/examples/language-model/number.ts'
import type { Outcome, Task } from './work.ts'

/** Where the work is watched: a bar with what is being tried on a terminal; anywhere else a line for each optimizer, or mutant. */
export interface Watch {
  begun(task: Task): void
  done(task: Task, outcome: Outcome): void
  say(text: string): void
  close(): void
}

export const watchOn = (stream: NodeJS.WriteStream, tasks: readonly Task[], jobs: number): Watch => {
  const say = (text: string) => void stream.write(`${text}\n`)
  if (stream.isTTY && process.env.TERM !== 'dumb' && tasks.length > 0) return bar(stream, tasks, jobs)
  const lines = linesOf(tasks)
  return {
    begun: () => {},
    done: (task, outcome) => {
      const line = lines(task, outcome)
      if (line !== undefined) say(line)
    },
    say,
    close: () => {},
  }
}

const bar = (stream: NodeJS.WriteStream, tasks: readonly Task[], jobs: number): Watch => {
  const bars = new MultiBar({
    format: '{bar} {value}/{total}  {elapsed} so far, {left} left  {running}',
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: false,
    linewrap: false,
    gracefulExit: false,
    stream,
  })
  const start = performance.now()
  const estimate = estimateOf(tasks, jobs)
  const running = new Set<Task>()
  let left: number | undefined
  const told = () => ({
    elapsed: clock((performance.now() - start) / 1000),
    left: left === undefined ? '–' : clock(left / 1000),
    running: [...running].map(nameOf).join(' | '),
  })
  const line = bars.create(tasks.length, 0, told())
  const lines = linesOf(tasks)
  const second = setInterval(() => {
    if (left !== undefined) left = Math.max(0, left - 1000)
    line.update(told())
  }, 1000)
  return {
    begun: (task) => {
      running.add(task)
      line.update(told())
    },
    done: (task, outcome) => {
      running.delete(task)
      left = estimate(task, outcome)
      line.increment(1, told())
      const text = lines(task, outcome)
      if (text !== undefined) bars.log(`${text}\n`)
    },
    say: (text) => bars.log(`${text}\n`),
    close: () => {
      clearInterval(second)
      bars.update()
      bars.stop()
    },
  }
}

const nameOf = (task: Task): string =>
  task.kind === 'trial' ? `${task.optimizer} · ${task.law}` : `${task.mutant} · ${task.law}`

/** Who it is of: its lines are told when all of its tasks are done. */
const groupOf = (task: Task): string => (task.kind === 'trial' ? task.optimizer : task.mutant)

/** A line for what is done with this. */
export const linesOf = (tasks: readonly Task[]): ((task: Task, outcome: Outcome) => string | undefined) => {
  const left = counted(tasks)
  const done = new Map<string, { laws: number; ms: number; refuted: readonly string[] }>()
  return (task, outcome) => {
    if (task.kind === 'hunt') return outcome.kind === 'hunt' ? lineOf(task, outcome) : undefined
    const group = groupOf(task)
    const before = done.get(group) ?? { laws: 0, ms: 0, refuted: [] }
    const refuted = outcome.kind === 'trial' && outcome.refuted !== undefined ? [task.law] : []
    const now = { laws: before.laws + 1, ms: before.ms + outcome.ms, refuted: [...before.refuted, ...refuted] }
    done.set(group, now)
    left.set(group, (left.get(group) as number) - 1)
    if (left.get(group) !== 0) return undefined
    const { laws, ms } = now
    const each = `${laws === 1 ? '1 law' : `${laws} laws`} × ${grouped(task.runs)} runs in ${duration(ms / 1000)}`
    return `${group}: ${each}, ${now.refuted.length === 0 ? 'none refuted' : `refuted: ${now.refuted.join(', ')}`}`
  }
}

const lineOf = ({ mutant, law, seeds }: Task & { kind: 'hunt' }, { caught }: Outcome & { kind: 'hunt' }): string =>
  `${mutant}: caught by "${law}" with ${caught} of ${seeds} seeds`

const counted = (tasks: readonly Task[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const task of tasks) counts.set(groupOf(task), (counts.get(groupOf(task)) ?? 0) + 1)
  return counts
}

/** How many ms are left, in the mean of those of the same optimizer, or of all where none of them is done yet. */
export const estimateOf = (tasks: readonly Task[], jobs: number): ((task: Task, outcome: Outcome) => number) => {
  const left = counted(tasks)
  const spent = new Map<string, { ms: number; n: number }>()
  return (task, { ms }) => {
    const group = groupOf(task)
    left.set(group, (left.get(group) as number) - 1)
    const own = spent.get(group) ?? { ms: 0, n: 0 }
    spent.set(group, { ms: own.ms + ms, n: own.n + 1 })
    const all = [...spent.values()].reduce((a, b) => ({ ms: a.ms + b.ms, n: a.n + b.n }))
    const rest = [...left].reduce((sum, [name, n]) => {
      const known = spent.get(name) ?? all
      return sum + (n * known.ms) / known.n
    }, 0)
    return rest / jobs
  }
}
