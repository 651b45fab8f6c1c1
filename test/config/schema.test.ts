import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeOptimizer, encodeOptimizer, optimizerSchema } from '../../src/config/index.ts'
import { optimizers } from '../optimizers.ts'
import { optimizers as configs } from './arbitrary.ts'

const ajv = new Ajv2020({ strict: false })
const validate = ajv.compile(optimizerSchema() as object)
const explained = (json: unknown): string => (validate(json) ? '' : ajv.errorsText(validate.errors))

describe('the JSON Schema', () => {
  test('is one, of draft 2020-12', () => {
    expect(optimizerSchema()).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' })
    expect(ajv.validateSchema(optimizerSchema() as object)).toBe(true)
  })

  test('has what decodes, and how it is written again', () => {
    fc.assert(
      fc.property(configs, (config) => {
        const decoded = decodeOptimizer(config)
        if (decoded._tag === 'Left') return
        expect(explained(config)).toBe('')
        const encoded = encodeOptimizer(decoded.right)
        expect(explained(encoded._tag === 'Right' ? encoded.right : encoded)).toBe('')
      }),
      { numRuns: 300 },
    )
  })

  test('has every built-in that is data', () => {
    for (const [name, optimizer] of Object.entries(optimizers)) {
      const encoded = encodeOptimizer(optimizer)
      if (encoded._tag === 'Right') expect(explained(encoded.right), name).toBe('')
    }
  })

  test.each<[string, unknown]>([
    ['a misspelt name', { chian: [] }],
    ['a misspelt option', { adam: { lt: 0.1 } }],
    ['two names', { adam: {}, sgd: { lr: 0.1 } }],
    ['a missing option', { sgd: {} }],
    ['an option of another kind', { adam: { lr: 'much' } }],
    ['a schedule with a word that is none', { sgd: { lr: { warmup: [5, { shape: 'round' }, 0.1] } } }],
    ['no target of a combinator', { sgd: { lr: { warmup: [5] } } }],
    ['a bare argument where there are several', { sgd: { lr: { warmup: 5 } } }],
    ['too many arguments', { sgd: { lr: { ramp: [5, 1, 1] } } }],
  ])('has not %s, which does not decode either', (_, json) => {
    expect(explained(json)).not.toBe('')
    expect(decodeOptimizer(json)._tag).toBe('Left')
  })

  test('tells what is required, the words, and how a constructor is called', () => {
    expect(optimizerSchema()).toMatchObject({
      $defs: {
        optimizer: { properties: { sgd: { description: 'sgd(an object of lr)', required: ['lr'] } } },
        schedule: {
          properties: {
            wsd: { properties: { shape: { enum: ['linear', 'cosine', 'sqrt'] } }, additionalProperties: false },
            ramp: { description: 'ramp(a number)(a number or a schedule)' },
          },
        },
      },
    })
  })
})
