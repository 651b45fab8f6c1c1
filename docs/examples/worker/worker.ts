import { gate } from './gate.ts'
import { learn } from './learn.ts'

/** The same training, out of the page's way. */
export type Command = { readonly start: number } | 'pause' | 'resume' | 'stop'

const doors = gate()
const end = new AbortController()

addEventListener('message', ({ data }: MessageEvent<Command>) => {
  if (data === 'pause') doors.shut()
  else if (data === 'resume') doors.open()
  else if (data === 'stop') end.abort()
  else
    learn({ steps: data.start, gate: doors, signal: end.signal }, (news) => postMessage(news)).catch((error) =>
      postMessage({ losses: [], ended: String(error) }),
    )
})
