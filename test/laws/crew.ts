import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Backend } from './backend.ts'
import type { Outcome, Task } from './work.ts'

/** So many threads that take the next task when they are done with one. */
export interface Crew {
  readonly jobs: number
  readonly backend: Backend
  readonly tasks: readonly Task[]
  begun(task: Task): void
  done(task: Task, outcome: Outcome): void
  /** Ends all that goes on. */
  readonly signal: AbortSignal
}

const WORKER = join(dirname(fileURLToPath(import.meta.url)), 'worker.js')

/** @throws what a thread throws that no law has thrown. */
export const run = async ({ jobs, backend, tasks, begun, done, signal }: Crew): Promise<void> => {
  const left = [...tasks]
  const workers = new Set<Worker>()
  const stop = () => Promise.all([...workers].map((worker) => worker.terminate()))
  const thread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(WORKER, { workerData: { backend } })
      workers.add(worker)
      let current: Task | undefined
      const next = () => {
        current = left.shift()
        if (!current) return void worker.terminate()
        begun(current)
        worker.postMessage(current)
      }
      worker.on('message', (outcome: Outcome | 'ready') => {
        if (signal.aborted) return
        if (outcome !== 'ready') done(current as Task, outcome)
        next()
      })
      worker.on('error', reject)
      worker.on('exit', () => resolve())
    })
  signal.addEventListener('abort', stop)
  try {
    if (!signal.aborted) await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, thread))
  } finally {
    await stop()
  }
}
