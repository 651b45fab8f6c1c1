import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Opened, opened } from '../browser/opened.ts'
import { config } from './page/config.ts'

/** That the page measures what it says; not what it finds. */
const RULES = ['adam', 'sgd']
const [SIDE, TENSORS] = [8, 3]

let open: Opened
beforeAll(async () => {
  open = await opened(config, `?rules=${RULES}&side=${SIDE}&tensors=${TENSORS}&turns=1&budget=1`)
}, 60_000)
afterAll(() => open?.close())

test('the benchmark’s page measures each rule on WASM, with and without threads, and on WebGL', async () => {
  const { page } = open
  await page.waitForFunction(() => window.benchmark?.done, undefined, { timeout: 60_000 })
  const { rows, errors } = await page.evaluate(() => window.benchmark)
  expect(errors).toEqual([])
  const sizes = [`${SIDE} × ${SIDE} parameters`, `${TENSORS} tensors of 256`]
  const names = sizes.flatMap((size) => RULES.map((rule) => `${rule}: ${size}`))
  const each = ['WASM', 'WASM, threads', 'WebGL'].flatMap((backend) => names.map((row) => [backend, row]))
  expect(rows.map(({ backend, row }) => [backend, row])).toEqual(each)
  for (const { figures } of rows) {
    expect(figures.map(({ name }) => name)).toEqual(['gradus', 'tf.train'])
    for (const { ms, ratio } of figures) expect(ms > 0 && ratio > 0).toBe(true)
  }

  const shown = await page.locator('tbody tr').allInnerTexts()
  expect(shown.map((row) => row.split('\t')[0])).toEqual(names)
  for (const row of shown) expect(row.match(/\d\.\d ×/g)).toHaveLength(3)
  const picture = await page.locator('#chart svg').textContent()
  for (const text of [...names, 'WASM', 'WASM, threads', 'WebGL']) expect(picture).toContain(text)
  expect(open.errors).toEqual([])
}, 120_000)

test('a back end that is not there is told of', async () => {
  const { page } = open
  await page.goto(page.url().replace(/\?.*/, '?backends=threads,elsewhere&rules=sgd&side=2&tensors=1&turns=1&budget=1'))
  await page.waitForFunction(() => window.benchmark?.done, undefined, { timeout: 60_000 })
  const { rows, errors } = await page.evaluate(() => window.benchmark)
  expect(rows.map(({ backend }) => backend)).toEqual(['WASM, threads', 'WASM, threads'])
  expect(errors).toEqual(['elsewhere: bench: there is no back end "elsewhere", expected wasm, threads or webgl'])
  expect(await page.locator('#state').innerText()).toContain(errors[0] as string)
}, 120_000)
