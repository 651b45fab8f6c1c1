import fc from 'fast-check'
import { type Law, law } from './law.js'
import { Broken } from './refuted.js'

/**
 * What obeys who reads something from JSON and writes it again, as gradus's `decodeOptimizer` and `encodeOptimizer` do.
 *
 *     laws.codec({ decode, encode }, fc.record({ lr: fc.double() }))
 */
export interface Codec<A> {
  decode(json: unknown): Result<A>
  encode(a: A): Result<unknown>
}

/** fp-ts's `Either`. */
export type Result<A> =
  | { readonly _tag: 'Left'; readonly left: unknown }
  | { readonly _tag: 'Right'; readonly right: A }

/**
 * `given` draws JSON, of which much is right. `does` tells what something does, as data: two are the same that do the same;
 * without it they have to be equal themselves.
 */
export const codec = <A>(
  { decode, encode }: Codec<A>,
  given: fc.Arbitrary<unknown>,
  does: (a: A) => unknown = (a) => a,
): readonly Law[] => {
  /** What is refused is as if it had not been drawn. */
  const read = (json: unknown): A => {
    const result = decode(json)
    fc.pre(result._tag === 'Right')
    return right('decode(json)', result)
  }
  const written = (a: A): unknown => right('encode(a)', encode(a))
  const json = fc.record({ json: given })
  return [
    law({
      name: 'what was written reads as the same',
      equation: 'decode(encode(a)) = a, in what it does',
      words:
        'After it was saved and loaded everything does what it did; −0 counts as 0, which JSON does not tell apart.',
      given: json,
      holds: ({ json }) => {
        const a = read(json)
        const again = right('decode(encode(a))', decode(saved(written(a))))
        same('what decode(encode(a)) does', does(again), does(a))
      },
    }),
    law({
      name: 'what is read and written again is the same',
      equation: 'encode ∘ decode ∘ encode = encode',
      words: 'A file that is loaded and saved stays as it is.',
      given: json,
      holds: ({ json }) => {
        const first = written(read(json))
        same('encode(decode(encode(a)))', written(right('decode(encode(a))', decode(first))), first)
      },
    }),
    law({
      name: 'what is written is JSON',
      equation: 'JSON.parse(JSON.stringify(encode(a))) = encode(a)',
      words: 'There is no infinity, NaN, undefined, function or class in it: nothing that a file would lose.',
      given: json,
      holds: ({ json }) => {
        const text = written(read(json))
        same('JSON.parse(JSON.stringify(encode(a)))', saved(text), text)
      },
    }),
    law({
      name: 'what is wrong is refused, not thrown',
      equation: 'decode(json) = Left or Right, for whatever there is in JSON',
      words: 'Data from elsewhere is no mistake in the program: numbers for names, null, lists, strange keys.',
      given: fc.record({ json: fc.oneof(given, ...damaged(given), fc.jsonValue()) }),
      edges: [undefined, null, 0, '', [], {}, true].map((one) => ({ json: one })),
      holds: ({ json }) => {
        const { _tag } = decode(json)
        if (_tag !== 'Left' && _tag !== 'Right') throw new Broken('decode(json)', _tag, 'Left or Right')
      },
    }),
    law({
      name: 'every key of a configuration counts',
      equation:
        'json′ = json with a key more, or with one in other letters ⇒ decode(json′) = Left, or encode tells them apart',
      words: 'What is misspelt is not passed over, nor taken for what it resembles.',
      given: misspelt(given),
      holds: ({ json, misspelt }) => {
        fc.pre(!equal(json, misspelt))
        const first = written(read(json))
        const result = decode(misspelt)
        if (result._tag === 'Left') return
        const second = written(result.right)
        if (equal(first, second)) throw new Broken('decode(misspelt)', second, 'refused, or something else')
      },
    }),
    law({
      name: 'reading does not change what it reads',
      equation: 'decode(json) = decode(json), and json is what it was',
      words: 'A configuration can be read twice.',
      given: json,
      holds: ({ json }) => {
        const before = structuredClone(json)
        const first = read(json)
        same('json after decode', json, before)
        same('what decode(json) does, read again,', does(right('decode(json), again,', decode(json))), does(first))
      },
    }),
  ]
}

const right = <A>(what: string, result: Result<A>): A => {
  if (result._tag === 'Right') return result.right
  throw new Broken(what, 'refused', 'taken')
}

const saved = (json: unknown): unknown => JSON.parse(JSON.stringify(json) ?? 'null')

const same = (what: string, came: unknown, expected: unknown): void => {
  if (!equal(came, expected)) throw new Broken(what, came, expected)
}

type Dictionary = Readonly<Record<string, unknown>>
const isObject = (x: unknown): x is Dictionary => typeof x === 'object' && x !== null

/** Of data: numbers, words, lists, and records whatever the order of their keys. */
const equal = (a: unknown, b: unknown): boolean => {
  if (a === b || Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

/** What stands in JSON, the whole first. */
const nodes = (json: unknown): readonly unknown[] => [
  json,
  ...(isObject(json) ? Object.values(json).flatMap(nodes) : []),
]

/** JSON with another thing in one place. */
const replaced = (json: unknown, node: number, by: (x: unknown) => unknown): unknown => {
  let next = 0
  const visit = (x: unknown): unknown => {
    if (next++ === node) return by(x)
    if (Array.isArray(x)) return x.map(visit)
    return isObject(x) ? Object.fromEntries(Object.entries(x).map(([key, each]) => [key, visit(each)])) : x
  }
  return visit(json)
}

const place = fc.nat({ max: 99 })
const strange = fc.constantFrom<unknown>(null, '', [], {}, 'NaN', -1, true, [[]], { constructor: 1 })
const outside = fc.constantFrom<(x: unknown) => unknown>(
  (x) => -1 - Math.abs(x as number),
  () => Infinity,
  () => 1e300,
)

/** With another number in it, which may be none that is taken, or with anything anywhere. */
const damaged = (given: fc.Arbitrary<unknown>): readonly fc.WeightedArbitrary<unknown>[] => [
  {
    weight: 3,
    arbitrary: fc.tuple(given, place, outside).map(([json, at, by]) => replaced(json, some(json, at, isNumber), by)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(given, place, strange).map(([json, at, by]) =>
      replaced(
        json,
        some(json, at, () => true),
        () => by,
      ),
    ),
  },
]

const isNumber = (x: unknown): boolean => typeof x === 'number'
const isRecord = (x: unknown): boolean => isObject(x) && !Array.isArray(x)

/** One of the places where there is such a thing, and none if there is not. */
const some = (json: unknown, at: number, is: (x: unknown) => boolean): number => {
  const those = [...nodes(json).entries()].filter(([, x]) => is(x))
  return those[at % those.length]?.[0] ?? -1
}

const misspelt = (given: fc.Arbitrary<unknown>) =>
  fc.tuple(given, place, place, fc.constantFrom('another', 'loud', 'quiet')).map(([json, at, of, how]) => {
    const changed = replaced(json, some(json, at, isRecord), (x) => {
      const entries = Object.entries(x as Dictionary)
      if (how === 'another') return { ...(x as Dictionary), another: 1 }
      return Object.fromEntries(
        entries.map(([key, each], i) => [i === of % entries.length ? other(how, key) : key, each]),
      )
    })
    return { json, misspelt: changed }
  })

const other = (how: string, key: string): string => (how === 'loud' ? key.toUpperCase() : key.toLowerCase())
