import { MultiBar } from 'cli-progress'
import { grouped } from './complaint.ts'
import { type Audience, type History, NOTHING } from './learn.ts'

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
  const { left, speed, loss, validation, lr } = told(NOTHING, steps)
  const line = bars.create(steps, 0, { left, speed, loss, validation, lr })
  const say = (text: string) => bars.log(`${text}\n`)
  const show = (history: History) => line.update(history.losses.length, told(history, steps))
  return { say, stepped: show, validated: show, wrote: (history) => say(quoted(history)), close: () => bars.stop() }
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
  return {
    left: t === 0 ? '–' : duration(((steps - t) * seconds) / t),
    speed: t === 0 ? '–' : (t / stepping).toFixed(1),
    loss: t === 0 ? '–' : nats(recent.reduce((a, b) => a + b, 0) / recent.length),
    validation: validations.length === 0 ? '–' : nats(validations.at(-1)?.loss ?? Number.NaN),
    lr: t === 0 ? '–' : (rates.at(-1) as number).toPrecision(3),
  }
}

/** Training losses are as noisy as a batch is small: what is told is the mean of the last so many. */
const RECENT = 25

const quoted = ({ sample }: History): string =>
  sample === undefined ? '' : `after step ${grouped(sample.t)} the model writes:\n${sample.text.replace(/^/gm, '  │ ')}`

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
