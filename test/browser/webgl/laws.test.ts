import '@tensorflow/tfjs'
import type { Optimizer } from 'gradus'
import { laws } from 'gradus/laws'
import { useWebgl } from 'gradus/webgl'
import { describe, test } from 'vitest'
import { exceptions } from '../../laws/exceptions.ts'
import { optimizers, tensorwise } from '../../optimizers.ts'

/** Before anything is asked: who is no formula is compared with another back end. */
await useWebgl()

/** The others are about float64 alone. */
const aboutTensors = (one: Optimizer) => {
  const elsewhere = one.rule ? laws.rule(one).map(({ name }) => name) : []
  return laws.optimizer(one).filter(({ name }) => !elsewhere.includes(name))
}

describe.each(Object.entries({ ...optimizers, ...tensorwise }))('on WebGL, %s obeys', (key, one) => {
  for (const law of aboutTensors(one).filter(({ name }) => !exceptions[key]?.includes(name)))
    test(law.name, () => law.assert({ numRuns: 3 }))
})
