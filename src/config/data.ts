import { right } from 'fp-ts/lib/Either.js'
import { Codec, came, every, everyEntry, inside, isRecord, type Json, notData, refuse, written } from './codec.js'

/** What is the same in JSON and here: numbers, flags, words, patterns, trees of such. Infinity is a word. */

const INFINITIES = ['Infinity', '-Infinity']

export const number = new Codec<number>('a number', {
  is: (x): x is number => typeof x === 'number' && !Number.isNaN(x),
  read: (json, at) => {
    if (typeof json === 'string' && INFINITIES.includes(json)) return right(Number(json))
    return typeof json === 'number' && !Number.isNaN(json) ? right(json) : refuse(at, came(json), 'a number')
  },
  write: (x) => {
    if (Number.isFinite(x)) return right(x)
    return typeof x !== 'number' || Number.isNaN(x) ? notData(came(x)) : right(String(x))
  },
  schema: { anyOf: [{ type: 'number' }, { enum: INFINITIES }] },
})

export const flag = new Codec<boolean>('true or false', {
  is: (x) => typeof x === 'boolean',
  read: (json, at) => (typeof json === 'boolean' ? right(json) : refuse(at, came(json), 'true or false')),
  write: (x) => (typeof x === 'boolean' ? right(x) : notData(came(x))),
  schema: { type: 'boolean' },
})

/** One of some words. */
export const words = (among: readonly string[]): Codec<string> => {
  const expected = `one of ${among.map((word) => `"${word}"`).join(', ')}`
  const is = (x: unknown): x is string => among.includes(x as string)
  return new Codec<string>(expected, {
    is,
    read: (json, at) => (is(json) ? right(json) : refuse(at, came(json), expected)),
    write: (x) => (is(x) ? right(x) : notData(came(x))),
    schema: { enum: among },
  })
}

export const listOf = <A>(element: Codec<A>, expected: string): Codec<readonly A[]> =>
  new Codec<readonly A[]>(expected, {
    is: (x): x is readonly A[] => Array.isArray(x) && x.every(element.is),
    read: (json, at) => {
      if (!Array.isArray(json)) return refuse(at, came(json), expected)
      return every(json, (x, i) => inside(element, at, i, x))
    },
    write: (xs) => (Array.isArray(xs) ? every(xs, (x, i) => written(i, element.encode(x))) : notData(came(xs))),
    schema: { type: 'array', items: element.schema },
  })

export const numbers = listOf(number, 'a list of numbers')

export const recordOf = <A>(value: Codec<A>, expected: string): Codec<Readonly<Record<string, A>>> =>
  new Codec<Readonly<Record<string, A>>>(expected, {
    is: (x): x is Readonly<Record<string, A>> => isRecord(x) && Object.values(x).every(value.is),
    read: (json, at) => {
      if (!isRecord(json)) return refuse(at, came(json), expected)
      return everyEntry(json, (x, key) => inside(value, at, key, x))
    },
    write: (record) => {
      if (!isRecord(record)) return notData(came(record))
      return everyEntry(record, (x, key) => written(key, value.encode(x)))
    },
    schema: { type: 'object', additionalProperties: value.schema },
  })

const PATTERNS = 'a pattern of paths, or a list of such'

/** Leaves by pattern. A function of the path is no data. */
export const where = new Codec<string | readonly string[]>(PATTERNS, {
  is: (x): x is string | readonly string[] => typeof x === 'string' || isStrings(x),
  read: (json, at) => {
    if (typeof json === 'string') return right(json)
    return isStrings(json) ? right([...json]) : refuse(at, came(json), PATTERNS)
  },
  write: (x) => (typeof x === 'string' ? right(x) : isStrings(x) ? right([...x]) : notData(came(x))),
  schema: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
})

const isStrings = (x: unknown): x is readonly string[] => Array.isArray(x) && x.every((one) => typeof one === 'string')

/** Plain data, or a tree of it. */
export const tree: Codec<Json> = new Codec<Json>('a tree of data', {
  is: (x): x is Json =>
    isLeaf(x) || (Array.isArray(x) ? x : isRecord(x) ? Object.values(x) : [undefined]).every(tree.is),
  read: (json, at) => {
    if (isLeaf(json)) return right(json)
    if (Array.isArray(json)) return every(json, (x, i) => inside(tree, at, i, x))
    return isRecord(json)
      ? everyEntry(json, (x, key) => inside(tree, at, key, x))
      : refuse(at, came(json), 'a tree of data')
  },
  write: (x) => {
    if (isLeaf(x)) return right(x)
    if (Array.isArray(x)) return every(x, (one, i) => written(i, tree.encode(one)))
    return isRecord(x) ? everyEntry(x, (one, key) => written(key, tree.encode(one as Json))) : notData(came(x))
  },
  schema: true,
})

const isLeaf = (x: unknown): x is null | boolean | number | string =>
  x === null || typeof x === 'boolean' || typeof x === 'string' || (typeof x === 'number' && Number.isFinite(x))

/** It can be passed, and not be written down. */
export const closure = new Codec<unknown>('nothing: a function is no JSON', {
  is: (x): x is unknown => typeof x === 'function',
  read: (json, at) => refuse(at, came(json), 'nothing: a function is no JSON'),
  write: (x) => notData(came(x)),
  schema: false,
})
