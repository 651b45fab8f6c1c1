import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { useWasm } from 'gradus/wasm'

/** `npm run docs`: writes the pages that are made from the source. */
await useWasm() // first: what is no formula has laws that compare back ends
const pages = await Promise.all([
  import('./schedules/page.ts'),
  import('./optimizers/page.ts'),
  import('./laws/page.ts'),
  import('./derivatives/page.ts'),
  import('./wasm/page.ts'),
])
const files = Object.assign({}, ...pages.map((page) => page.files())) as Readonly<Record<string, string>>
for (const [path, content] of Object.entries(files)) {
  const file = fileURLToPath(new URL(path, import.meta.url))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  if (path.endsWith('.md')) console.log(`docs/${path}`)
}
