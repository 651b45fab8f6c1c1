import type { Row } from '../turns.ts'
import { asked } from './asked.ts'
import { backends } from './backends.ts'
import { rowsOn } from './rows.ts'

/** One back end, in a frame of its own, which tells the page of each row. */
export type Told = { readonly row: Row } | { readonly done: true } | { readonly error: string }

const tell = (told: Told): void => parent.postMessage(told, location.origin)
const painted = () => new Promise((resolve) => setTimeout(resolve))

try {
  const { backend, measure } = asked(location.search)
  const at = backends[backend]
  if (!at)
    throw new Error(
      `bench: there is no back end "${backend}", expected ${Object.keys(backends)
        .join(', ')
        .replace(/, (?=\w+$)/, ' or ')}`,
    )
  await at.start()
  for (const row of rowsOn(at, measure)) {
    tell({ row })
    await painted()
  }
  tell({ done: true })
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) })
}
