/**
 * Gives the page, or the process, its turn: rendering, input, timers and messages wait as long as a loop awaits only what is
 * there already. A step every so often is enough for them, so between two turns there are BUDGET ms of work at least.
 *
 * In Chromium, with steps of 1 ms: `scheduler.yield()` is cheapest (9 µs; a message 22) but goes on before all timers and
 * messages, none of which came in 1.5 s, and let 10 frames a second through, a message 50 to 60. `setTimeout` sleeps 4 ms each
 * time, and a second in a hidden tab; a message does neither. `setImmediate` (Node) takes 3 µs.
 */
export const pause = (): Promise<void> | undefined => {
  const now = performance.now()
  if (now - turn < BUDGET) return undefined
  return others().then(() => {
    turn = performance.now()
  })
}

/** A quarter of a frame. With 8 ms, a timer of 10 ms has a third of its turns; with 4, two thirds at least. */
const BUDGET = 4

/** When others had their turn last: all runs of a thread have it together. */
let turn = 0

const others = (): Promise<void> =>
  new Promise((resolve) => {
    const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown }
    if (setImmediate) setImmediate(resolve)
    else message(resolve)
  })

const waiting: (() => void)[] = []
let channel: MessageChannel | undefined

/** One channel for all: to make one each time takes three times as long. */
const message = (callback: () => void): void => {
  waiting.push(callback)
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.onmessage = () => waiting.shift()?.()
  }
  channel.port2.postMessage(undefined)
}
