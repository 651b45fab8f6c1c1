import { chartIn } from './chart.ts'
import { type News, SIZE } from './learn.ts'
import { inPage, inWorker, type Run } from './run.ts'

/** The page: buttons, the loss as it goes, what the network says, and a hand that turns. */
const at = <E extends HTMLElement>(id: string) => document.getElementById(id) as E
const [here, worker] = [at<HTMLButtonElement>('here'), at<HTMLButtonElement>('worker')]
const [pause, stop] = [at<HTMLButtonElement>('pause'), at<HTMLButtonElement>('stop')]
const steps = Number(new URLSearchParams(location.search).get('steps') ?? 4000)
const chart = chartIn(at('chart'), steps)

const start = (where: string, begin: (steps: number, tell: (news: News) => void) => Run) => {
  let t = 0
  chart.begin(where)
  const run = begin(steps, ({ losses, picture, ended }) => {
    t += losses.length
    if (losses.length > 0) {
      at('said').textContent = `${where}: step ${t}, loss ${losses.at(-1)?.toPrecision(3)}`
      at('said').title = `loss ${losses.at(-1)}`
      chart.add(where, losses)
    }
    if (picture) paint(picture)
    if (ended === undefined) return
    at('said').textContent += ` – ${ended}`
    running(undefined)
  })
  running(run)
}

const running = (run: Run | undefined) => {
  here.disabled = worker.disabled = run !== undefined
  pause.disabled = stop.disabled = run === undefined
  pause.textContent = 'Pause'
  pause.onclick = () => {
    const paused = pause.textContent === 'Resume'
    if (paused) run?.resume()
    else run?.pause()
    pause.textContent = paused ? 'Pause' : 'Resume'
  }
  // A run that is paused has to go on to end.
  stop.onclick = () => {
    run?.stop()
    run?.resume()
  }
}
here.onclick = () => start('this page', inPage)
worker.onclick = () => start('a worker', inWorker)

/** Blue where the network says 1, orange where it says −1, pale where it does not know. */
const paint = (values: Float32Array) => {
  const context = at<HTMLCanvasElement>('picture').getContext('2d') as CanvasRenderingContext2D
  const image = context.createImageData(SIZE, SIZE)
  for (const [i, value] of values.entries()) {
    const sure = Math.tanh(Math.abs(value) / 2)
    const color = value > 0 ? [43, 123, 208] : [213, 94, 0]
    image.data.set([...color.map((c) => 245 + sure * (c - 245)), 255], 4 * i)
  }
  context.putImageData(image, 0, 0)
}

let frames = 0
requestAnimationFrame(function frame(now) {
  frames += 1
  at('hand').style.transform = `rotate(${now / 5}deg)`
  requestAnimationFrame(frame)
})
setInterval(() => {
  at('rate').textContent = `${frames} frames a second`
  frames = 0
}, 1000)
