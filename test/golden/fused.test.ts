import { beforeAll, describe } from 'vitest'
import { backend, useBackend } from '../backends.ts'
import { replay } from './float32.ts'

beforeAll(useBackend)

describe(`fused on ${backend}`, replay)
