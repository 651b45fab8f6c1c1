import { parseArgs } from 'node:util'
import { opened, served } from '../../browser/opened.ts'
import { print } from '../print.ts'
import { config } from './config.ts'

/**
 * `npm run bench:page`: the page, in Chromium, and its rows printed; with `--json` as JSON; with `--only adam,sgd` some rules, with
 * `--on wasm,threads` some back ends, with `--turns 5` fewer turns. With `--open` it is served for you to open by hand.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    open: { type: 'boolean', default: false },
    only: { type: 'string' },
    on: { type: 'string' },
    turns: { type: 'string' },
  },
})
const given = Object.entries({ rules: values.only, backends: values.on, turns: values.turns })
const query = given.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join('&')

if (values.open) {
  const { url } = await served(config)
  console.log(`${url}?${query}\nCtrl-C ends it.`)
} else {
  const { page, close } = await opened(config, `?${query}`)
  try {
    let shown = 0
    for (;;) {
      await page.waitForFunction((n) => window.benchmark?.done || window.benchmark?.rows.length > n, shown, {
        timeout: 0,
      })
      const { rows, errors, done } = await page.evaluate(() => window.benchmark)
      if (!values.json) for (const row of rows.slice(shown)) print({ ...row, row: `${row.backend}, ${row.row}` })
      shown = rows.length
      if (!done) continue
      const version = page.context().browser()?.version()
      if (values.json) console.log(JSON.stringify({ chromium: version, rows }, null, 2))
      else console.log(`\nChromium ${version}; medians; × is the time over the first line's`)
      for (const error of errors) console.error(error)
      if (errors.length > 0) process.exitCode = 1
      break
    }
  } finally {
    await close()
  }
}
