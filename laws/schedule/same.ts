import type { Schedule } from '../../src/schedule/schedule.js'
import { Broken } from '../refuted.js'

/** Throws unless two numbers are the same but for rounding. */
export const near = (what: string, came: number, expected: number, within = 1e-9): void => {
  const far = within * (1 + Math.abs(came) + Math.abs(expected))
  if (came !== expected && !(Number.isFinite(far) && Math.abs(came - expected) <= far))
    throw new Broken(what, came, expected)
}

/** Throws unless two schedules are the same from t = `from` up to 300. */
export const same = (what: string, a: Schedule, b: Schedule, from = 0): void => {
  for (let t = from; t <= 300; t++) near(`${what} at t = ${t}`, a(t), b(t))
}
