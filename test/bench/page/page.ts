import type { Figure, Row } from '../turns.ts'
import { asked } from './asked.ts'
import { backends } from './backends.ts'
import type { Told } from './frame.ts'
import { pictureIn, type Ratios } from './picture.ts'

/** The page: a frame for each back end, one after the other, a table and a picture of what they told. */
export interface Measured extends Row {
  readonly backend: string
}

export interface Benchmark {
  readonly rows: readonly Measured[]
  readonly done: boolean
  /** Back ends that did not come to their end, and why. */
  readonly errors: readonly string[]
}

declare global {
  interface Window {
    benchmark: Benchmark
  }
}

const chosen = asked(location.search).backends
const rows: Measured[] = []
const errors: string[] = []
const find = (selector: string) => document.querySelector(selector) as HTMLElement
const draw = pictureIn(find('#chart'))
const nameOf = (key: string): string => backends[key]?.name ?? key

/** tf.train's time over ours. */
const faster = ({ figures: [, theirs] }: Row): number => (theirs as Figure).ratio

const show = (state: string, done = false): void => {
  window.benchmark = { rows: [...rows], errors: [...errors], done }
  find('#state').textContent = [state, ...errors].join(' ')
  const names = [...new Set(rows.map(({ row }) => row))]
  const cell = (key: string, name: string): string => {
    const found = rows.find(({ backend, row }) => backend === nameOf(key) && row === name)
    if (!found) return '<td colspan="3"></td>'
    const [ours, theirs] = found.figures as [Figure, Figure]
    return `<td>${ours.ms.toFixed(3)}</td><td>${theirs.ms.toFixed(3)}</td><td><b>${faster(found).toFixed(1)} ×</b></td>`
  }
  find('thead').innerHTML =
    `<tr><th></th>${chosen.map((key) => `<th colspan="3">${nameOf(key)}</th>`).join('')}</tr>` +
    `<tr><th></th>${'<th><small>gradus</small></th><th><small>tf.train</small></th><th></th>'.repeat(chosen.length)}</tr>`
  find('tbody').innerHTML = names
    .map((name) => `<tr><th>${name}</th>${chosen.map((key) => cell(key, name)).join('')}</tr>`)
    .join('')
  if (rows.length > 0) draw(ratios())
}

const ratios = (): Ratios =>
  Object.fromEntries(
    chosen.map((key) => {
      const own = rows.filter(({ backend }) => backend === nameOf(key))
      return [nameOf(key), Object.fromEntries(own.map((row) => [row.row, faster(row)]))]
    }),
  )

const measured = (key: string): Promise<void> =>
  new Promise((resolve) => {
    const frame = document.createElement('iframe')
    const heard = ({ data, source }: MessageEvent<Told>) => {
      if (source !== frame.contentWindow) return
      if ('row' in data) {
        rows.push({ backend: nameOf(key), ...data.row })
        show(`Measuring on ${nameOf(key)} …`)
        return
      }
      if ('error' in data) errors.push(`${nameOf(key)}: ${data.error}`)
      removeEventListener('message', heard)
      frame.remove()
      resolve()
    }
    addEventListener('message', heard)
    const query = new URLSearchParams(location.search)
    query.set('backend', key)
    frame.src = `frame.html?${query}`
    document.body.append(frame)
  })

show('Starting …')
for (const key of chosen) await measured(key)
show(`${navigator.userAgent}, ${navigator.hardwareConcurrency} cores.`, true)
