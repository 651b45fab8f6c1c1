import { describe, test } from 'node:test'
import { laws } from 'gradus/laws'
import { useWasm } from 'gradus/wasm'
import { accord } from './mended.ts'

await useWasm()
const mine = accord({ lr: 0.1 })

laws.suite({ describe, test }, 'accord', [
  ...laws.optimizer(mine),
  ...laws.coordinatewise(mine),
  ...laws.odd(mine),
  ...laws.rest(mine),
  ...laws.scaleFree(mine),
  ...laws.linearInLr(accord),
  ...laws.boundedByLr(accord),
  ...laws.constantGradient(accord),
])
