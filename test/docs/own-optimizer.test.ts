import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ended } from '../ended.ts'

/** What the story prints is what its commands print: on the source, as it stands. */
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const FOLDER = at('../../docs/examples/own-optimizer/')
const CHECK = `npx gradus check`

interface Told {
  readonly command: string
  /** Lines that come one after the other; between these stretches something is left out. */
  readonly stretches: readonly string[]
}

const story = readFileSync(`${FOLDER}README.md`, 'utf8')
const told: readonly Told[] = [...story.matchAll(/^```text\n\$ ([^\n]*)\n(.*?)^```$/gms)].map(
  ([, command, printed]) => ({
    command: command as string,
    stretches: (printed as string).split(/^…\n/m).filter((stretch) => stretch !== ''),
  }),
)

const run = async (command: string): Promise<string> => {
  const own = command
    .replace("NODE_OPTIONS='--import tsx' ", '')
    .replace(CHECK, `node --import tsx ${at('../../laws/check/main.ts')} check`)
  const env = { ...process.env, TSX_TSCONFIG_PATH: at('tsconfig.json'), NODE_OPTIONS: '' }
  return (await ended('bash', ['-c', own], { cwd: FOLDER, env })).out
}

describe('an optimizer of one’s own', () => {
  test('fails, is patched, is mended, and has tests', () => {
    const files = told.map(({ command }) => /\w+(\.test)?\.ts/.exec(command)?.[0])
    expect(files).toEqual(['optimizer.ts', 'optimizer.ts', 'patched.ts', 'mended.ts', 'accord.test.ts'])
  })

  test.concurrent.for(told.map((each) => [each.command, each] as const))(
    '%s',
    async ([command, { stretches }], { expect }) => {
      const printed = await run(command)
      let from = 0
      for (const stretch of stretches) {
        const found = printed.indexOf(stretch, from)
        // Both whole, so that the difference is seen.
        if (found < 0) expect(printed).toBe(stretch)
        from = found + stretch.length
      }
      if (command.includes(CHECK)) expect(printed.endsWith(stretches.at(-1) as string)).toBe(true)
    },
  )

  test('a counterexample is brought back by the command beneath it', () => {
    const [first, second] = told
    const [beneath] = /npx gradus check \S+ --only rest .*/.exec(first?.stretches.join('') ?? '') ?? []
    expect(second?.command).toBe(`NODE_OPTIONS='--import tsx' ${beneath}`)
  })
})
