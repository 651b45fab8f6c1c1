import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Opened, opened } from '../browser/opened.ts'

/** The example as somebody uses it who clicks its buttons. */
const root = fileURLToPath(new URL('../../docs/examples/worker', import.meta.url))
/** Seconds of them, so that a click comes before the end. */
const STEPS = 3000

let open: Opened
beforeAll(async () => {
  open = await opened({ root }, `?steps=${STEPS}`)
}, 60_000)
afterAll(() => open?.close())

const said = () => open.page.locator('#said').innerText()
const exactly = () => open.page.locator('#said').getAttribute('title')
const stepOf = async () => Number(/step (\d+)/.exec(await said())?.[1] ?? 0)
const ended = async (): Promise<string> => {
  await open.page.locator('#said', { hasText: '–' }).waitFor()
  return said()
}
const frames = (n: number) =>
  open.page.evaluate(
    (left) =>
      new Promise((resolve) =>
        requestAnimationFrame(function frame() {
          left-- > 0 ? requestAnimationFrame(frame) : resolve(0)
        }),
      ),
    n,
  )

describe('the example that trains in a tab', () => {
  test('learns the same, bit by bit, in its page and in a worker, with pauses and without', async () => {
    const { page } = open
    await page.click('#here')
    const [here, loss] = [await ended(), await exactly()]
    expect(here).toMatch(new RegExp(`^this page: step ${STEPS}, loss .* – Learned after ${STEPS} steps.$`))
    expect(Number(loss?.replace('loss ', ''))).toBeLessThan(0.1)

    await page.click('#worker')
    await page.locator('#said', { hasText: 'a worker' }).waitFor()
    await page.click('#pause')
    // What was on its way has come.
    await frames(20)
    const at = await stepOf()
    await frames(20)
    expect(await stepOf()).toBe(at)
    expect(at).toBeLessThan(STEPS)
    await page.click('#pause')
    expect(await ended()).toBe(here.replace('this page', 'a worker'))
    expect(await exactly()).toBe(loss)
  })

  test.each(['here', 'worker'])('stops when it is told to: %s', async (id) => {
    const { page } = open
    await page.goto(page.url().replace(/steps=\d+/, 'steps=1000000'))
    await page.click(`#${id}`)
    await page.locator('#said', { hasText: 'step' }).waitFor()
    await page.click('#stop')
    expect(await ended()).toMatch(/step (\d+), loss .* – Stopped after \1 steps\.$/)
    expect(await page.locator('#here').isEnabled()).toBe(true)
  })

  test('has a chart and a picture, and nothing went wrong', async () => {
    expect(await open.page.locator('#chart canvas').count()).toBe(1)
    const colors = await open.page.locator('#picture').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, 64, 64)
      return new Set(Array.from({ length: 64 * 64 }, (_, i) => data.slice(4 * i, 4 * i + 3).join())).size
    })
    expect(colors).toBeGreaterThan(10)
    expect(open.errors).toEqual([])
  })
})
