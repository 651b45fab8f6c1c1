import fc from 'fast-check'
import { type Json, optimizerSchema } from '../../src/config/index.ts'

/** Configurations of every optimizer and schedule, made from the schema; whether a constructor takes the numbers is another matter. */
interface Schema {
  readonly $ref?: string
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly Json[]
  readonly type?: string
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema | boolean>>
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly additionalProperties?: Schema
}

const whole = optimizerSchema() as unknown as { readonly $defs: Readonly<Record<string, Schema>> }

const numbers: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(0, 0.1, 0.5, 0.9, 1, 2, 10),
  fc.integer({ min: 1, max: 20 }),
  fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x + 0),
)

const words = fc.constantFrom('a', '**', '*.kernel', '!**.b', 'w')

const data: fc.Arbitrary<Json> = fc.oneof(
  fc.boolean(),
  numbers,
  words,
  fc.array(numbers, { maxLength: 3 }),
  fc.dictionary(words, fc.oneof(fc.boolean(), numbers), { maxKeys: 3 }),
) as fc.Arbitrary<Json>

const of = (schema: Schema | boolean | undefined, depth: number): fc.Arbitrary<Json> => {
  if (schema === undefined || typeof schema === 'boolean') return schema === false ? fc.constant(null) : data
  const { $ref, anyOf, type, items, prefixItems, properties, additionalProperties } = schema
  if ($ref) return named(whole.$defs[$ref.replace('#/$defs/', '')] as Schema, depth)
  if (anyOf) {
    const shallow = anyOf.filter((one) => one.$ref === undefined)
    const some = depth <= 0 && shallow.length > 0 ? shallow : anyOf
    return fc.oneof(...some.map((one) => ({ weight: isRare(one) ? 1 : 12, arbitrary: of(one, depth) })))
  }
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (type === 'null') return fc.constant(null)
  if (type === 'number') return numbers
  if (type === 'boolean') return fc.boolean()
  if (type === 'string') return words
  if (prefixItems) {
    const { minItems = 0 } = schema
    return fc
      .integer({ min: minItems, max: prefixItems.length })
      .chain((n) => fc.tuple(...prefixItems.slice(0, n).map((one) => of(one, depth))))
  }
  if (type === 'array') return fc.array(of(items, depth), { minLength: 0, maxLength: 3 })
  if (properties) {
    const { required = [] } = schema
    const optional = Object.keys(properties).filter((name) => !required.includes(name) && properties[name] !== false)
    return fc.subarray(optional, { maxLength: Math.min(4, optional.length) }).chain((chosen) => {
      const keys = [...required.filter((name) => properties[name] !== false), ...chosen]
      return fc.record(Object.fromEntries(keys.map((name) => [name, of(properties[name], depth)])))
    }) as fc.Arbitrary<Json>
  }
  return fc.dictionary(words, of(additionalProperties, depth), { maxKeys: 3 }) as fc.Arbitrary<Json>
}

/** None, and infinities. */
const isRare = ({ type, ...one }: Schema): boolean => type === 'null' || one.enum?.includes('Infinity') === true

/** One of the names, evenly, with its arguments. Where no more depth is left, one that needs no other. */
const named = ({ properties = {} }: Schema, depth: number): fc.Arbitrary<Json> => {
  const names = Object.keys(properties)
  const simple = names.filter((name) => !JSON.stringify(properties[name]).includes('"$ref"'))
  return fc
    .constantFrom(...(depth <= 0 ? simple : names))
    .chain((name) => of(properties[name], depth - 1).map((args) => ({ [name]: args })))
}

const argumentsOf = (what: 'optimizer' | 'schedule', name: string): fc.Arbitrary<Json> =>
  of(whole.$defs[what]?.properties?.[name], 2)

export const optimizers = of({ $ref: '#/$defs/optimizer' }, 3)

export const optimizerNamed = (name: string): fc.Arbitrary<Json> =>
  argumentsOf('optimizer', name).map((args) => ({ [name]: args }))

export const scheduleNamed = (name: string): fc.Arbitrary<Json> => {
  if (name !== 'torch.chainedScheduler') return argumentsOf('schedule', name).map((args) => ({ [name]: args }))
  // Its parts are schedulers of torch that share a rate.
  const part = fc.oneof(
    fc.record({ lr: fc.constant(0.5), stepSize: fc.integer({ min: 1, max: 9 }) }).map((o) => ({ 'torch.stepLR': o })),
    fc
      .record({ lr: fc.constant(0.5), gamma: fc.double({ min: 0.5, max: 1, noNaN: true }) })
      .map((o) => ({ 'torch.exponentialLR': o })),
  )
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({ [name]: parts }))
}

export const names = (what: 'optimizer' | 'schedule'): readonly string[] =>
  Object.keys(whole.$defs[what]?.properties ?? {})
