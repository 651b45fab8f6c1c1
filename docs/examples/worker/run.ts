import { gate } from './gate.ts'
import { learn, type News } from './learn.ts'
import type { Command } from './worker.ts'

/** A training that is under way, wherever it is. */
export interface Run {
  pause(): void
  resume(): void
  stop(): void
}

export const inPage = (steps: number, tell: (news: News) => void): Run => {
  const doors = gate()
  const end = new AbortController()
  learn({ steps, gate: doors, signal: end.signal }, tell).catch((error) => tell({ losses: [], ended: String(error) }))
  return { pause: doors.shut, resume: doors.open, stop: () => end.abort() }
}

export const inWorker = (steps: number, tell: (news: News) => void): Run => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const send = (command: Command) => worker.postMessage(command)
  worker.onmessage = ({ data }: MessageEvent<News>) => {
    tell(data)
    if (data.ended !== undefined) worker.terminate()
  }
  worker.onerror = ({ message }) => tell({ losses: [], ended: message })
  send({ start: steps })
  return { pause: () => send('pause'), resume: () => send('resume'), stop: () => send('stop') }
}
