import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as optimizers from './optimizers/page.ts'
import * as schedules from './schedules/page.ts'

/** `npm run docs`: writes the pages that are made from the source. */
const files = { ...schedules.files(), ...optimizers.files() }
for (const [path, content] of Object.entries(files)) {
  const file = fileURLToPath(new URL(path, import.meta.url))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  if (path.endsWith('.md')) console.log(`docs/${path}`)
}
