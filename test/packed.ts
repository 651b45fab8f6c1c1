import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** What `npm pack` makes of the source as it is now, its types left out. */
const ROOT = new URL('../', import.meta.url).pathname

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })

/** Unpacks it into node_modules of this folder. */
export const unpack = (home: string): void => {
  const staged = join(home, 'staged')
  const installed = join(home, 'node_modules', 'gradus')
  for (const folder of [staged, installed]) mkdirSync(folder, { recursive: true })
  for (const file of ['LICENSE', 'README.md', 'package.json']) cpSync(join(ROOT, file), join(staged, file))
  run('npx', ['vite', 'build', '--logLevel', 'error', '--outDir', join(staged, 'dist')], ROOT)
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', home], staged)) as {
    filename: string
  }[]
  run('tar', ['-xzf', join(home, packed?.filename ?? ''), '-C', installed, '--strip-components=1'], home)
}

/** What a page can need of a package; it has four times as much. */
const isCode = (path: string): boolean => !/\.(map|ts)$|_test\.js$/.test(path)

/** Copies what else is installed: no link, as bundlers look where a link leads. */
export const install = (home: string, packages: readonly string[]): void => {
  for (const name of packages)
    cpSync(join(ROOT, 'node_modules', name), join(home, 'node_modules', name), { recursive: true, filter: isCode })
}
