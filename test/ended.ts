import { type ChildProcess, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process that has ended: how, and what it printed. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export type Watch = (out: string, child: ChildProcess) => unknown

/** Runs a command to its end. `watch` hears all that it has printed so far, each time that there is more. */
export const ended = (
  command: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
  watch: Watch = () => {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, options)
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => {
      out += data
      watch(out, child)
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const TSX = at('../node_modules/tsx/dist/loader.mjs')

/** `node main.ts` on the source: examples' tsconfig has `gradus` there. */
export const onSource = (main: string, args: readonly string[], cwd: string, watch?: Watch): Promise<Ended> => {
  const env = { ...process.env, TSX_TSCONFIG_PATH: at('docs/tsconfig.json'), NODE_OPTIONS: '' }
  return ended(process.execPath, ['--import', TSX, main, ...args], { cwd, env }, watch)
}
