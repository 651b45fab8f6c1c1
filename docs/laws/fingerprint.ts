import { createHash } from 'node:crypto'
import type { Law } from '../../laws/law.ts'
import { type Description, descriptionOf } from '../../src/built.ts'
import { program } from '../../src/expr/program.ts'
import type { Hyperparameter, Rule } from '../../src/rule/rule.ts'
import type { Sources } from './sources.ts'

/**
 * What was tried, in a few digits: other digits in the record say that what was tried then is not what is there now.
 *
 * Of an optimizer that is a formula: the formula that runs, as data, with its slots, hyperparameters and where they lie. Of what is
 * none: how it was made, and the files in src that export what it was made of. Of a law: its name, equation and words, and the file in
 * laws that makes it. Comments, spaces and the places of things do not matter.
 *
 * Not covered: what these call: kernels, tfjs, runs and how gradients are drawn; and the options that laws are asked with, but for those
 * that stand in the formula.
 */
export const fingerprint = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts, exactly)).digest('hex').slice(0, 6)

/** JSON writes −0 as 0, and NaN and ∞ as null. */
const exactly = (_: string, x: unknown): unknown =>
  typeof x === 'number' && (Object.is(x, -0) || !Number.isFinite(x)) ? `number ${Object.is(x, -0) ? '-0' : x}` : x

export const ofLaw = ({ name, equation, words }: Law, sources: Sources): readonly unknown[] => [
  name,
  equation,
  words,
  sources.making(name),
]

export const ofRule = ({ name, hyper, slots, leaf, step, probe, readout }: Rule): readonly unknown[] => [
  name,
  Object.entries(hyper).map(([key, value]) => [key, ...ofHyper(value)]),
  slots,
  Object.keys(leaf),
  program({ ...step, ...(probe && { probe }), ...(readout && { readout }) }),
]

/** A schedule is what it is at a few t, to so many digits as all machines agree on. */
const ofHyper = ({ name, value, range }: Hyperparameter): readonly unknown[] => [
  range.say(name),
  typeof value === 'function' ? [1, 2, 3, 5, 10, 100].map((t) => value(t).toPrecision(9)) : value,
]

/** Of what is no formula, its name, if it does not tell how it was made. */
export const ofWritten = (name: string, made: object | undefined, sources: Sources): readonly unknown[] => {
  const description = made && descriptionOf(made)
  const names = description ? namesOf(description) : [name]
  return [description, names.map((part) => sources.exporting(part))]
}

/** Of all constructors. */
const namesOf = ({ name, args }: Description): readonly string[] => [
  name,
  ...args.flatMap((arg) => {
    const inner = typeof arg === 'object' && arg !== null ? descriptionOf(arg) : undefined
    return inner ? namesOf(inner) : []
  }),
]
