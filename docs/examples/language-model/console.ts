import { MultiBar, type SingleBar } from 'cli-progress'
import { grouped } from './complaint.ts'
import type { Audience, History } from './learn.ts'

/** Where the training is watched: a bar on a terminal, plain lines anywhere else. */
export interface Console extends Audience {
  say(text: string): void
  close(): void
}

export const consoleFor = (stream: NodeJS.WriteStream, steps: number): Console =>
  stream.isTTY && process.env.TERM !== 'dumb' ? bar(stream, steps) : lines(stream, steps)

const bar = (stream: NodeJS.WriteStream, steps: number): Console => {
  const bars = new MultiBar({
    format: '{bar} {value}/{total} · {left} left · {speed} steps/s · loss {loss} · validation {validation} · lr {lr}',
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: false,
    linewrap: false,
    gracefulExit: false,
    stream,
  })
  let line: SingleBar | undefined
  const show = (history: History) => {
    line ??= bars.create(steps, 0, told(history, steps))
    line.update(history.losses.length, told(history, steps))
  }
  // While there is a bar, its frames write what is said: what came after the last one has to have its own.
  const say = (text: string) => void (line ? bars.log(`${text}\n`) : stream.write(`${text}\n`))
  const close = () => {
    if (line) bars.update()
    bars.stop()
  }
  return { say, stepped: show, validated: show, wrote: (history) => say(quoted(history, stream.columns)), close }
}

const LINES = 24

const lines = (stream: NodeJS.WriteStream, steps: number): Console => {
  const say = (text: string) => void stream.write(`${text}\n`)
  const every = Math.ceil(steps / LINES)
  const tell = (history: History) => {
    const { left, speed, loss, validation, lr } = told(history, steps)
    const t = history.losses.length
    say(`step ${t}/${steps} · loss ${loss} · validation ${validation} · lr ${lr} · ${speed} steps/s · ${left} left`)
  }
  return {
    say,
    stepped: (history) => {
      if (history.losses.length % every === 0) tell(history)
    },
    validated: ({ validations }) => {
      const last = validations.at(-1)
      if (last) say(`validation after step ${last.t}: ${nats(last.loss)} nats a character`)
    },
    wrote: (history) => say(quoted(history)),
    close: () => {},
  }
}

const told = ({ losses, rates, validations, seconds, stepping }: History, steps: number) => {
  const t = losses.length
  const recent = losses.slice(-RECENT)
  const validation = validations.at(-1)
  return {
    left: duration(((steps - t) * seconds) / t),
    speed: (t / stepping).toFixed(1),
    loss: nats(recent.reduce((a, b) => a + b, 0) / recent.length),
    validation: validation ? nats(validation.loss) : '–',
    lr: (rates.at(-1) as number).toPrecision(3),
  }
}

/** Training losses are as noisy as a batch is small: what is told is the mean of the last so many. */
const RECENT = 25

/** While there is a bar, the terminal does not wrap lines. */
const quoted = ({ sample }: History, columns = 100): string => {
  if (sample === undefined) return ''
  const width = new RegExp(`.{1,${Math.max(10, Math.min(100, columns - 5))}}`, 'gu')
  const lines = sample.text.split('\n').flatMap((line) => line.match(width) ?? [''])
  return `after step ${grouped(sample.t)} the model writes:\n${lines.map((line) => `  │ ${line}`).join('\n')}`
}

/** Names and values in two columns, with an empty line around them. */
export const table = (rows: readonly (readonly [name: string, value: string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length))
  return `\n${rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`
}

export const nats = (loss: number): string => loss.toFixed(4)

export const duration = (seconds: number): string => {
  const s = Math.round(seconds)
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${s % 60} s` : `${s} s`
}
