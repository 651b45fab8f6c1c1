import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import { BACKENDS, type Backend } from './backend.ts'

export interface Options {
  readonly runs: number
  /** What all chance is made of: 1, or the one of the record, where none is given. */
  readonly seed?: number
  /** Names in the catalogue. */
  readonly only?: readonly string[]
  /** Names of laws. */
  readonly law?: readonly string[]
  readonly mutants: boolean
  readonly again: boolean
  readonly jobs: number
  readonly backend: Backend
  readonly record?: string
}

export const RECORD = 'docs/laws/record.json'

/** `--help`, and what commander refuses, end the process here. */
export const optionsOf = (argv: readonly string[]): Options =>
  new Command('npm run laws --')
    .usage('[options]')
    .description('Tries every law of everything in the catalogue that obeys it, often, and keeps a record of it.')
    .option('--runs <n>', 'how often each law is tried', whole(1, 1e9), 10_000)
    .option('--seed <n>', 'what all chance is made of (default: 1)', whole(0, 2 ** 31 - 1))
    .option('--only <names>', 'optimizers, schedules, combinators, with commas: adam,lamb,schedule.cosine', list)
    .option('--law <names...>', "laws, by their names: 'rest' 'odd'")
    .option('--mutants', 'ten seeds for each mutant, to see whether its law catches it', false)
    .option('--again', 'what the record has already, too', false)
    .option('--jobs <n>', 'threads', whole(1, 64), Math.min(2, availableParallelism()))
    .addOption(
      new Option('--backend <name>', 'where tensors are, of what is no formula').choices(BACKENDS).default('wasm'),
    )
    .option('--record <file>', `where results are kept (default: ${RECORD}; out/laws-cpu.json with --backend cpu)`)
    .addHelpText('after', MORE)
    .parse(argv)
    .opts<Options>()

const MORE = `
Examples:
  npm run laws
  npm run laws -- --only adam,lamb --law rest odd --runs 100000
  npm run laws -- --mutants

Each result is recorded at once: Ctrl-C, or anything else that ends it, loses at most the laws that were being tried, and the
same command goes on from there. What the record has with as many runs, and the same fingerprint, is passed over; with --seed,
if it has that seed. A law that is refuted is told in full, and the others go on. docs/laws.md shows the record: npm run docs.

Exit codes: 0 all hold, 1 one does not, or a mutant was not caught, or something was wrong; 130 interrupted.`

const list = (given: string): readonly string[] => given.split(',').map((name) => name.trim())

const whole = (least: number, most: number) => (given: string) => {
  const n = given.trim() === '' ? Number.NaN : Number(given)
  if (Number.isInteger(n) && n >= least && n <= most) return n
  throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`)
}
