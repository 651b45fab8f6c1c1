import * as gradus from 'gradus'
import { type ClaimName, claimOf } from '../../laws/claim/claim.ts'
import { claimed } from '../../laws/claimed.ts'
import { optimizer } from '../../laws/everyone/optimizer.ts'
import { autodiff } from '../../laws/gradient/autodiff.ts'
import type { Law } from '../../laws/law.ts'
import type { Mine } from '../../laws/run/mine.ts'
import { descriptionOf } from '../../src/built.ts'
import { optimizers, tensorwise } from '../optimizers.ts'
import { exceptions } from './exceptions.ts'
import { held as adaptive } from './held/adaptive.ts'
import { held as descent } from './held/descent.ts'
import { held as schedules } from './held/schedules.ts'
import { held as wrappers } from './held/wrappers.ts'

/** What each optimizer, schedule and combinator of the catalogue obeys: everyone's laws, what it claims, and what its family does. */
export interface Obeyed {
  readonly name: string
  readonly laws: readonly Law[]
}

const exported: Readonly<Record<string, unknown>> = { ...gradus }

/** How it is made, where it tells. */
const making = (one: gradus.Optimizer): Mine => {
  const { name, args } = descriptionOf(one) ?? {}
  if (name === undefined || args === undefined) return one
  const make = exported[name] as (...args: readonly unknown[]) => gradus.Optimizer
  return () => make(...args)
}

const everyones = Object.entries({ ...optimizers, ...tensorwise }).map(
  ([name, one]) => [name, optimizer(making(one)).filter((law) => !exceptions[name]?.includes(law.name))] as const,
)

const claims = Object.entries(claimed).map(
  ([name, one]) =>
    [
      name,
      Object.entries(one.claims).map(([claim, zeros]) => claimOf(claim as ClaimName, one, zeros as readonly string[])),
    ] as const,
)

const families = [adaptive, descent, wrappers, schedules].flatMap((held) => Object.entries(held))

const all = [...everyones, ...claims, ...families, ['valueAndGrad', autodiff(gradus.valueAndGrad)] as const]

export const obeyed: readonly Obeyed[] = [...new Set(all.map(([name]) => name))].map((name) => ({
  name,
  laws: all.flatMap(([other, laws]) => (other === name ? laws : [])),
}))
