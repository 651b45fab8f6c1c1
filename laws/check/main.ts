#!/usr/bin/env node
import { statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as util from 'node:util'
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core'
import { CommanderError } from 'commander'
import { Mistake, mistake } from '../../src/failure.js'
import { useWasm } from '../../src/wasm.js'
import { check, type Trial } from './check.js'
import { type Options, optionsOf } from './options.js'
import { type Plan, plan } from './plan.js'
import { recordOf } from './record.js'
import * as report from './report.js'

/** `npx gradus check`: all that it does to the world around it; what is wrong with the call is told in one line. */
const main = async (): Promise<number> => {
  const { file, options } = optionsOf(process.argv)
  const { seed = Math.floor(Math.random() * 2 ** 31), runs, path, backend, json } = options
  const url = urlOf(file)
  await useBackend(backend)
  const planned = plan(await load(file, url), options)
  const called = { file, seed, ...(backend !== 'wasm' && { backend }) }
  if (options.list) {
    print(json ? written(recordOf(planned, [])) : report.listing(planned, paint))
    return 0
  }
  const trials: Trial[] = []
  for (const trial of check(planned, { seed, runs, path })) {
    if (trial.outcome) trials.push(trial)
    if (!json) show(trial, trials, planned, called)
  }
  print(json ? written(recordOf(planned, trials, called)) : report.ending(planned, trials, called, paint))
  return report.holds(trials) ? 0 : 1
}

/** Each as it comes. */
const show = (trial: Trial, done: readonly Trial[], planned: Plan, called: report.Called): void => {
  const { subject, law, owed, outcome } = trial
  const { duties } = subject
  if (!outcome) {
    if (law === duties[0]?.law) print(report.heading(subject, paint))
    progress(`  … ${law.name}`)
    return
  }
  progress('')
  if (owed) print(report.lineOf(trial, outcome, report.againOf(trial, outcome, planned, called), paint))
  if (law === duties.at(-1)?.law) print(report.unclaimedLines(subject, done, planned, called, paint))
}

const written = (data: unknown): string => `${JSON.stringify(data, null, 2)}\n`

let before = ''
/** Never two empty lines, one after the other. */
const print = (text: string): void => {
  process.stdout.write(before.endsWith('\n\n') ? text.replace(/^\n/, '') : text)
  before = text || before
}

/** On a terminal, the line that is written over. */
const progress = (line: string): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line.slice(0, (process.stdout.columns || 80) - 1)}`)
}

const coloured = process.stdout.isTTY && process.stdout.hasColors()
/** Node 20 has it from 20.12 on. */
const paint: report.Paint = (style, text) => (coloured && util.styleText ? util.styleText(style, text) : text)

const useBackend = async (name: Options['backend']): Promise<void> => {
  // tfjs recommends its native binding to whoever runs it in Node. In 4.22 this quiets its warnings, and nothing else.
  enableProdMode()
  try {
    if (name === 'wasm') await useWasm()
    else {
      await import('#gradients')
      await setBackend('cpu')
    }
  } catch (error) {
    throw mistake('check', `the back end "${name}" did not start: ${firstLine(error)}`)
  }
}

const urlOf = (file: string): string => {
  const path = resolve(file)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isFile())
    throw mistake(
      'check',
      `"${file}" ${found ? 'is a folder' : 'does not exist'}`,
      'a module that exports an optimizer',
    )
  return pathToFileURL(path).href
}

const load = async (file: string, url: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const exports = await import(url)
    // A promise of its own that fails is heard of now, and not after the check.
    await new Promise(setImmediate)
    return exports
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw mistake(
        'check',
        `Node ${process.versions.node} cannot import "${file}"`,
        "Node 22.18 or newer for .ts, or NODE_OPTIONS='--import tsx' before the command",
      )
    const hint = placeOf(error) || (error instanceof SyntaxError ? `; "node ${file}" shows where` : '')
    throw mistake('check', `"${file}" cannot be imported: ${firstLine(error)}${hint}`)
  }
}

const firstLine = (error: unknown): string => String(error).split('\n')[0] as string

/** The first line of somebody's own in the stack. */
const placeOf = (error: unknown): string => {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const [, url, line] = /(file:\/\/(?!\S*node_modules)\S+?):(\d+)/.exec(stack) ?? []
  return url ? ` (${relative(process.cwd(), fileURLToPath(url))}:${line})` : ''
}

const told = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  process.stderr.write(error instanceof Mistake ? `gradus ${error.message}\n` : `${util.inspect(error)}\n`)
  return 2
}

process.on('uncaughtException', (error) => {
  process.stderr.write(`gradus check: the module throws ${firstLine(error)}${placeOf(error)}\n`)
  process.exit(2)
})
// Whoever listened has gone: `npx gradus check … | head`.
process.stdout.on('error', () => process.exit(2))
const code = await main().catch(told)
// What the module left running keeps nobody waiting.
process.stdout.write('', () => process.exit(code))
