import type { Code } from '../instruction.js'
import type { Transcendental } from '../lanes.js'
import { erf } from './erf.js'
import { exp } from './exp.js'
import { log } from './log.js'
import { pow } from './pow.js'
import { tanh } from './tanh.js'
import type { Work } from './work.js'

/** A function of four float32. */
export type OfFour = (work: Work, ...args: readonly [Code, Code]) => Code

/** The words without an instruction. */
export const functions: Readonly<Record<Transcendental, OfFour>> = { exp, log, tanh, erf, pow }
