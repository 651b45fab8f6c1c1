import { MultiBar, type SingleBar } from 'cli-progress'
import type { Audience, History } from './learn.ts'
import { clock, grouped, nats } from './number.ts'

/** Where the training is watched: a bar on a terminal, plain lines anywhere else. */
export interface Console extends Audience {
  say(text: string): void
  close(): void
}

export const consoleFor = (stream: NodeJS.WriteStream, steps: number): Console =>
  stream.isTTY && process.env.TERM !== 'dumb' ? bar(stream, steps) : lines(stream, steps)

/** What stands beside the bar; 80 columns hold all. */
const REST = 77

const bar = (stream: NodeJS.WriteStream, steps: number): Console => {
  const bars = new MultiBar({
    format: '{bar} {value}/{total}  {left} left  {speed} steps/s  loss {loss}  validation {validation}  lr {lr}',
    barsize: Math.max(4, Math.min(30, stream.columns - REST)),
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
    left: clock(((steps - t) * seconds) / t),
    speed: (t / stepping).toFixed(1),
    loss: (recent.reduce((a, b) => a + b, 0) / recent.length).toFixed(3),
    validation: validation?.loss.toFixed(3) ?? '–',
    lr: rates.at(-1)?.toPrecision(2) ?? '–',
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
