import fc from 'fast-check'
import { type Codec, codec, type Result } from '../../../laws/codec.ts'
import type { Law } from '../../../laws/law.ts'
import type { Mutant } from '../mutant.ts'

/** Options of an optimizer, written down but where they are the default. */
interface Options {
  readonly lr: number
  readonly momentum: number
  readonly nesterov: boolean
}
type Json = Readonly<Record<string, unknown>>

const DEFAULTS: Options = { lr: 0.01, momentum: 0.9, nesterov: false }
const KEYS = Object.keys(DEFAULTS)

const left = (why: string): Result<never> => ({ _tag: 'Left', left: why })
const right = <A>(a: A): Result<A> => ({ _tag: 'Right', right: a })

const isRecord = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)
const isOption = (key: string, x: unknown): boolean =>
  KEYS.includes(key) &&
  typeof x === typeof DEFAULTS[key as keyof Options] &&
  (typeof x !== 'number' || Number.isFinite(x))

const decode = (json: unknown): Result<Options> => {
  if (!isRecord(json)) return left('not a record')
  const wrong = Object.entries(json).find(([key, x]) => !isOption(key, x))
  return wrong ? left(`${wrong[0]} is wrong`) : right({ ...DEFAULTS, ...json })
}

const plain = (options: Options): Json =>
  Object.fromEntries(Object.entries(options).filter(([key, x]) => x !== DEFAULTS[key as keyof Options]))

const given = fc.record(
  {
    lr: fc.oneof(fc.constantFrom(0.01, 1, 0), fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(3e-8)),
    momentum: fc.constantFrom(0.9, 0.5, 0),
    nesterov: fc.boolean(),
  },
  { requiredKeys: ['lr'] },
)

const sound: Codec<Options> = { decode, encode: (options) => right(plain(options)) }
const of = (broken: Partial<Codec<Options>>): readonly Law[] => codec({ ...sound, ...broken }, given)
const writing = (encode: (options: Options) => unknown): readonly Law[] =>
  of({ encode: (options) => right(encode(options)) })

const SAME = 'what was written reads as the same'
const AGAIN = 'what is read and written again is the same'
const JSON_ = 'what is written is JSON'
const REFUSED = 'what is wrong is refused, not thrown'
const KEY = 'every key of a configuration counts'
const LEFT = 'reading does not change what it reads'

export const mutants: readonly Mutant[] = [
  {
    name: 'a codec that forgets an option',
    laws: writing(({ momentum, ...options }) => plain({ ...options, momentum: 0.9 })),
    law: SAME,
  },
  {
    name: 'a codec with one default for reading and another one for writing',
    laws: of({ decode: (json) => decode(isRecord(json) ? { lr: 0.001, ...json } : json) }),
    law: SAME,
  },
  {
    name: 'a codec that writes false as if it were not there, of an option that is true',
    laws: of({
      decode: (json) => decode(isRecord(json) ? { nesterov: true, ...json } : json),
    }),
    law: SAME,
  },
  {
    name: 'a codec that writes six digits',
    laws: writing((options) => plain({ ...options, lr: Number(options.lr.toFixed(6)) })),
    law: SAME,
  },
  {
    name: 'a codec that writes float32',
    laws: writing((options) => plain({ ...options, lr: Math.fround(options.lr) })),
    law: SAME,
  },
  {
    name: 'a codec whose file grows each time that it is saved',
    laws: (() => {
      const named = (json: unknown): unknown => {
        const { note: _, ...rest } = (isRecord(json) ? json : {}) as { note?: string }
        return isRecord(json) ? rest : json
      }
      const note = (json: unknown): string => (isRecord(json) ? String(json.note ?? '') : '')
      type Noted = { readonly options: Options; readonly note: string }
      return codec<Noted>(
        {
          decode: (json) => {
            const result = decode(named(json))
            return result._tag === 'Left' ? result : right({ options: result.right, note: note(json) })
          },
          encode: ({ options, note }) => right({ ...plain(options), note: `${note}saved ` }),
        },
        given,
        ({ options }) => options,
      )
    })(),
    law: AGAIN,
  },
  {
    name: 'a codec that writes undefined',
    laws: writing(({ nesterov, ...options }) => ({ ...options, nesterov: nesterov || undefined })),
    law: JSON_,
  },
  {
    name: 'a codec that writes infinity as it is',
    laws: codec<number>(
      {
        decode: (json) =>
          json === 'Infinity' || json === Infinity
            ? right(Infinity)
            : typeof json === 'number'
              ? right(json)
              : left('no number'),
        encode: right,
      },
      fc.constantFrom<unknown>('Infinity', 1, 2),
    ),
    law: JSON_,
  },
  {
    name: 'a codec that throws where there is null',
    laws: of({ decode: (json) => ('lr' in (json as Json) || isRecord(json) ? decode(json) : left('not a record')) }),
    law: REFUSED,
  },
  {
    name: 'a codec that throws what its constructor throws',
    laws: of({
      decode: (json) => {
        if (isRecord(json) && (json.lr as number) < 0) throw new RangeError('lr is below 0')
        return decode(json)
      },
    }),
    law: REFUSED,
  },
  {
    name: 'a codec that tells what it refuses by nothing',
    laws: of({ decode: (json) => (isRecord(json) ? decode(json) : (undefined as never)) }),
    law: REFUSED,
  },
  {
    name: 'a codec that passes over what is misspelt',
    laws: of({
      decode: (json) =>
        decode(isRecord(json) ? Object.fromEntries(Object.entries(json).filter(([key]) => KEYS.includes(key))) : json),
    }),
    law: KEY,
  },
  {
    name: 'a codec to which capitals are small letters',
    laws: of({
      decode: (json) =>
        decode(
          isRecord(json) ? Object.fromEntries(Object.entries(json).map(([key, x]) => [key.toLowerCase(), x])) : json,
        ),
    }),
    law: KEY,
  },
  {
    name: 'a codec that eats what it reads',
    laws: of({
      decode: (json) => {
        const result = decode(json)
        if (isRecord(json)) delete (json as { lr?: number }).lr
        return result
      },
    }),
    law: LEFT,
  },
  {
    name: 'a codec that remembers options from the last time',
    laws: (() => {
      let last: Options = DEFAULTS
      return of({
        decode: (json) => {
          const result = decode(isRecord(json) ? { ...plain(last), ...json } : json)
          if (result._tag === 'Right') last = { ...result.right, momentum: (result.right.momentum + 0.5) / 2 }
          return result
        },
      })
    })(),
    law: LEFT,
  },
  { name: 'a codec that refuses everything', laws: of({ decode: () => left('no') }), law: SAME },
]
