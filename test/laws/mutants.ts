import type { Mutant } from './mutant.ts'
import { mutants as adaptive } from './mutants/adaptive.ts'
import { mutants as claims } from './mutants/claims.ts'
import { mutants as codecs } from './mutants/codecs.ts'
import { mutants as descent } from './mutants/descent.ts'
import { mutants as everyone } from './mutants/everyone.ts'
import { mutants as gradients } from './mutants/gradients.ts'
import { mutants as lengths } from './mutants/lengths.ts'
import { mutants as schedules } from './mutants/schedules.ts'
import { mutants as wrappers } from './mutants/wrappers.ts'

/** What went wrong, somewhere, some day. */
export const mutants: readonly Mutant[] = [
  ...everyone,
  ...claims,
  ...adaptive,
  ...descent,
  ...wrappers,
  ...lengths,
  ...gradients,
  ...codecs,
  ...schedules,
]
