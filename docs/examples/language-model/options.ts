import { Command, Option } from 'commander'
import { Complaint } from './complaint.ts'
import { grouped } from './number.ts'
import { isFile, type JsonFile, OPTIMIZERS, type OptimizerName } from './optimizers.ts'

export interface Options {
  /** The text to learn; the type declarations of fp-ts, if none is named. */
  readonly file?: string
  readonly steps: number
  readonly optimizer: OptimizerName | JsonFile
  /** The peak of the schedule; a file brings its own. */
  readonly lr?: number
  readonly batch: number
  readonly seed: number
  readonly backend: Backend
  readonly out: string
}

const BACKENDS = ['wasm', 'cpu'] as const
export type Backend = (typeof BACKENDS)[number]

const NAMES = Object.keys(OPTIMIZERS) as readonly OptimizerName[]
const RATES = NAMES.map((name) => `${name} ${OPTIMIZERS[name].lr}`).join(', ')

/** What was asked for. `--help` and what commander refuses end the process here, in one line. */
export const optionsOf = (argv: readonly string[]): Options => {
  const command = new Command('npm start --')
    .usage('[options] [text]')
    .description('Trains a character-level language model on a text, and leaves a report of how it went.')
    .argument('[text]', 'a text file in UTF-8 (default: the type declarations of fp-ts, 1.3 MB)')
    .option('--steps <n>', 'updates to make', whole('--steps', 1, 1e7), 1_600)
    .addOption(
      new Option('--optimizer <name>', 'the optimizer, or a .json file of one')
        .choices(NAMES)
        .default('adamw')
        .argParser((given) => (isFile(given) ? given : oneOf('--optimizer', NAMES, ', or a .json file')(given))),
    )
    .addOption(new Option('--lr <x>', `the learning rate at its peak (default: ${RATES})`).argParser(positive('--lr')))
    .option('--batch <n>', 'windows a batch', whole('--batch', 1, 512), 8)
    .option('--seed <n>', 'what all chance is made of', whole('--seed', 0, 2 ** 32 - 1), 1)
    .addOption(
      new Option('--backend <name>', 'where TensorFlow.js computes')
        .choices(BACKENDS)
        .default('wasm')
        .argParser(oneOf('--backend', BACKENDS)),
    )
    .option('--out <folder>', 'where report.html goes', 'out')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (line, write) => write(line.replace(/^error: /, 'language-model: ')) })
    .parse(argv)
  const given = command.opts<Omit<Options, 'file'>>()
  const { optimizer, lr } = given
  if (isFile(optimizer) && lr !== undefined)
    throw new Complaint(`--lr is ${lr}, expected none beside a file: ${optimizer} has its own`)
  return { ...given, lr: isFile(optimizer) ? undefined : (lr ?? OPTIMIZERS[optimizer].lr), file: command.args[0] }
}

const EXAMPLES = `
Examples:
  npm start
  npm start -- path/to/any.txt --steps 3000
  npm start -- --optimizer momentum --lr 0.05 --seed 7 --out out/momentum
  npm start -- --optimizer docs/examples/language-model/optimizer.json

Ctrl-C ends the training, writes the report of what was done, and exits with 130; a second one ends it at once.
Exit codes: 0 done, 1 something was wrong (one line says what), 130 interrupted.`

const whole = (name: string, least: number, most: number) => (given: string) => {
  const n = numberOf(given)
  if (Number.isInteger(n) && n >= least && n <= most) return n
  throw new Complaint(`${name} is "${given}", expected a whole number from ${least} to ${grouped(most)}`)
}

const positive = (name: string) => (given: string) => {
  const x = numberOf(given)
  if (x > 0 && Number.isFinite(x)) return x
  throw new Complaint(`${name} is "${given}", expected a number above 0`)
}

const oneOf =
  <A extends string>(name: string, choices: readonly A[], others = '') =>
  (given: string): A => {
    const found = choices.find((choice) => choice === given)
    if (found !== undefined) return found
    throw new Complaint(`${name} is "${given}", expected one of ${choices.join(', ')}${others}`)
  }

const numberOf = (given: string): number => (given.trim() === '' ? Number.NaN : Number(given))
