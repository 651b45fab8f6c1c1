import { useWasm } from 'gradus/wasm'
import { beforeAll, describe } from 'vitest'
import { replay } from './float32.ts'

beforeAll(() => useWasm())

describe('fused on WASM', replay)
