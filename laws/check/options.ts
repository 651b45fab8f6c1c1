import { createRequire } from 'node:module'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Chance } from './check.js'
import type { Wanted } from './plan.js'
import { CLAIMS } from './subject.js'

/** What `gradus check` was asked for. */
export interface Options extends Wanted, Omit<Chance, 'seed'> {
  readonly seed?: number
  readonly backend: 'wasm' | 'cpu'
  readonly json?: boolean
  readonly list?: boolean
}

const EXAMPLES = `
What the module exports is held to laws: an optimizer, a function that makes one of { lr }, a schedule, a list of laws.
What it claims beside them it says itself:

  export const claims = ['odd', 'rest']      of all its exports, or of one: { lion: ['odd', 'rest'] }

Claims: ${CLAIMS.join(', ')}.

Examples:
  npx gradus check ./my-optimizer.mjs
  npx gradus check ./my-optimizer.mjs --claims odd,scaleFree --runs 10000
  npx gradus check ./my-optimizer.mjs --only rest --seed 42
  npx gradus check ./my-optimizer.mjs --json > checked.json
  NODE_OPTIONS='--import tsx' npx gradus check ./my-optimizer.ts      before Node 22.18, with tsx installed

Exits with 0 where all hold, with 1 where one does not, with 2 where it could not be tried.`

const whole =
  (least: number) =>
  (given: string): number => {
    const n = Number(given)
    if (given.trim() === '' || !Number.isInteger(n) || n < least || n > 2 ** 32 - 1)
      throw new InvalidArgumentError(`Expected a whole number from ${least}.`)
    return n
  }

const pathOf = (given: string): string => {
  if (!/^\d+(:\d+)*$/.test(given)) throw new InvalidArgumentError('Expected what a counterexample gave, 4:0:1.')
  return given
}

const separated = (given: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...given.split(',').filter((each) => each !== ''),
]

const oneLine = (text: string): string =>
  `${text
    .replace(/^error: /, 'gradus check: ')
    .trim()
    .replaceAll('\n', ' ')}\n`

/** @throws a `CommanderError` where help was asked for, and where something is wrong: it has been told then. */
export const optionsOf = (argv: readonly string[]): { readonly file: string; readonly options: Options } => {
  const { version } = createRequire(import.meta.url)('gradus/package.json')
  const program = new Command('gradus')
    .description('An optimizer is a formula: functional optimizers and schedules, fused on TensorFlow.js.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
  let called: { file: string; options: Options } | undefined
  program
    .command('check')
    .description(
      'Tells a sound optimizer from a broken one, by laws; shows the counterexample of each that does not hold.',
    )
    .argument('<file>', 'a module: .mjs, .js, .cjs, and .ts where Node can import it')
    .option('--runs <n>', 'how often each law is tried (default: 100)', whole(1))
    .option('--seed <n>', 'what all chance is made of (default: another one each time)', whole(-(2 ** 31)))
    .option('--path <path>', 'where a law was refuted, as its counterexample tells', pathOf)
    .option('--only <law...>', 'these laws alone, by name')
    .option('--except <law...>', 'all laws but these')
    .option('--export <name...>', 'these exports alone')
    .option('--claims <claims>', 'what it claims beside what it says itself: odd,scaleFree,…', separated)
    .addOption(new Option('--backend <name>', 'where tensors are computed').choices(['wasm', 'cpu']).default('wasm'))
    .option('--json', 'the result as JSON')
    .option('--list', 'the laws, and what can be claimed; nothing is tried')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: Options & { readonly export?: readonly string[] }) => {
      called = { file, options: { ...options, exports: options.export } }
    })
  program.parse(argv)
  return called as { file: string; options: Options }
}
