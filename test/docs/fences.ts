import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The TypeScript that stands between fences in README.md, docs/*.md and docstrings, with where it stands. */
export interface Fence {
  readonly name: string
  readonly code: string
}

export const ROOT = new URL('../../', import.meta.url).pathname

const files = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))

export const fences = (): readonly Fence[] => {
  const markdown = [join(ROOT, 'README.md'), ...files('docs', '.md')]
  const sources = files('src', '.ts')
  return [...markdown, ...sources].flatMap((file) => {
    const text = readFileSync(file, 'utf8').replace(/^ \* ?/gm, '')
    return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ''], i) => ({
      name: `${file.slice(ROOT.length)} ${i + 1}`,
      code,
    }))
  })
}
