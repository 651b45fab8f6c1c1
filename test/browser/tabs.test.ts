import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'
import { beforeAll, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { type Learned, learn, WASM } from './task.ts'

beforeAll(() => useWasm({ paths: WASM }))

const ENOUGH = 10
/** More steps than are made while others have their turn: it would not end if they had none. */
const TOO_MANY = 50_000

/** Counts frames until it is called. */
const frames = () => {
  let count = 0
  let id = requestAnimationFrame(function frame() {
    count += 1
    id = requestAnimationFrame(frame)
  })
  return { count: () => count, end: () => cancelAnimationFrame(id) }
}

test('while a page trains, it draws frames, and timers, messages and clicks have their turn between steps', async () => {
  const had = { timers: 0, messages: 0, clicks: 0 }
  const drawn = frames()
  const timer = setInterval(() => {
    had.timers += 1
  }, 0)
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    had.messages += 1
    port2.postMessage('and again')
  }
  port2.postMessage('the first')
  const button = document.body.appendChild(document.createElement('button'))
  button.textContent = 'Click'
  button.addEventListener('click', () => {
    had.clicks += 1
  })
  const lacking = () => drawn.count() < ENOUGH || had.timers < ENOUGH || had.messages < ENOUGH || had.clicks < 1
  const training = learn(({ t }) => lacking() && t < TOO_MANY)
  await userEvent.click(button)
  const { losses } = await training
  drawn.end()
  clearInterval(timer)
  port1.close()
  expect({ ...had, frames: drawn.count(), steps: losses.length }).toEqual({
    timers: expect.toSatisfy((n) => n >= ENOUGH),
    messages: expect.toSatisfy((n) => n >= ENOUGH),
    clicks: 1,
    frames: expect.toSatisfy((n) => n >= ENOUGH),
    steps: expect.toSatisfy((n) => n < TOO_MANY),
  })
  button.remove()
})

test('a paused run keeps what it has, its page goes on, and it goes on as if it had not been paused', async () => {
  const paused = await learn(async ({ t, carry }) => {
    if (t === 20) {
      const drawn = frames()
      const [before, numbers] = [tf.memory(), carry.params.out.w.dataSync().slice()]
      while (drawn.count() < ENOUGH) await new Promise(requestAnimationFrame)
      drawn.end()
      expect(tf.memory()).toEqual(before)
      expect(carry.params.out.w.dataSync()).toEqual(numbers)
    }
    return t < 40
  })
  expect(paused).toEqual(await learn(({ t }) => t < 40))
})

test('a worker trains while its page draws frames, hears what it is told between steps, and learns what the page would', async () => {
  const worker = new Worker(new URL('./learner.ts', import.meta.url), { type: 'module' })
  const drawn = frames()
  let since = 0
  const found = await new Promise<Learned>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.onmessage = ({ data }: MessageEvent<{ t?: number; learned?: Learned }>) => {
      if (data.t === 1) since = drawn.count()
      if (data.learned) resolve(data.learned)
      else if ((data.t as number) >= 20 && drawn.count() >= since + ENOUGH) worker.postMessage('stop')
    }
  })
  drawn.end()
  worker.terminate()
  const steps = found.losses.length
  expect(found).toEqual(await learn(({ t }) => t < steps))
})
