import { LEAST } from './corpus.ts'
import { folderAt } from './folder.ts'
import { interrupt } from './interrupt.ts'
import { optimizerOf } from './optimizers.ts'
import { optionsOf } from './options.ts'
import { read } from './text.ts'

/** `npm start`: looks at what was asked for, then learns; what is wrong is told in one line. */
const main = async (): Promise<number> => {
  const options = optionsOf(process.argv)
  const optimizer = await optimizerOf(options)
  const text = await read(options.file, LEAST)
  const folder = await folderAt(options.out)
  const signal = interrupt()
  const { run } = await import('./run.ts')
  return run(options, optimizer, text, folder, signal)
}

const told = (error: unknown): number => {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n')
  process.stderr.write(`language-model: ${line}\n`)
  return 1
}

// Whoever listened has gone: `npm start | head`.
process.stdout.on('error', () => process.exit(1))
process.exitCode = await main().catch(told)
