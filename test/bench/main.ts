import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { useWasm } from '../../src/wasm.ts'
import { catalogueRows } from './catalogue.ts'
import { kernelRows } from './kernels.ts'
import { lawsRow } from './laws.ts'
import { modelRows } from './models.ts'
import { guardRow, optimizerRows, subnormalRow } from './optimizers.ts'
import { print } from './print.ts'
import { scheduleRow } from './schedules.ts'
import type { Row } from './turns.ts'

/** `npm run bench`: each row ours, the peers', and the ratio, measured in turns; with `--json`, the same as JSON; with `--only lion,lamb`, rows of the catalogue alone. */
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
})

await useWasm({ kernels: false })
const rows: Row[] = []
const measured = (row: Row): void => {
  rows.push(row)
  if (!values.json) print(row)
}

if (!values.json)
  console.log(
    `${process.version}, ${cpus().length} cores, ${cpus()[0]?.model.trim()}; medians; × is the time over the first line's`,
  )
if (values.only === undefined) {
  for (const row of optimizerRows()) measured(row)
  measured(guardRow())
  measured(subnormalRow())
  for await (const row of modelRows()) measured(row)
  for (const row of kernelRows()) measured(row)
  measured(scheduleRow())
  measured(lawsRow())
}
for (const row of catalogueRows(values.only?.split(','))) measured(row)
if (values.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model.trim(), rows }, null, 2))
