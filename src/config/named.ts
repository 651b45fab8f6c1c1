import { map } from 'fp-ts/lib/Either.js'
import { appendContext } from 'io-ts/lib/index.js'
import { Codec, came, isRecord, type Json, notData, refuse, written } from './codec.js'
import { type Constructor, call, type Made, schemaOf, write } from './constructor.js'
import { nearest } from './nearest.js'

export type Constructors<A> = ReadonlyMap<string, Constructor<A>>

/** What is made when it is first asked for, and once: who decodes nothing does not pay for the tables. */
export const asked = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => {
    made ??= make()
    return made
  }
}

interface Named<A> {
  /** `an optimizer` */
  readonly what: string
  /** Where the schema of them all stands. */
  readonly ref: string
  is(x: unknown): x is A
  constructors(): Constructors<A>
  made(a: A): Made | undefined
}

/** What a constructor made, as its name with its arguments: `{ "clip": 1 }`. */
export const named = <A>({ what, ref, is, constructors, made }: Named<A>): Codec<A> => {
  const codec: Codec<A> = new Codec<A>(what, {
    is,
    read: (json, at) => {
      const [name, ...more] = isRecord(json) ? Object.keys(json) : []
      if (!isRecord(json) || name === undefined || more.length > 0)
        return refuse(at, came(json), `${what}: one name, and its arguments`)
      const here = appendContext(at, name, codec, json[name])
      const constructor = constructors().get(name)
      if (constructor) return call(constructor, json[name], here)
      return refuse(here, 'an unknown name', `that of ${what}`, nearest(name, [...constructors().keys()]))
    },
    write: (a) => {
      const found = made(a)
      const constructor = found && constructors().get(found.name)
      if (!constructor) return notData(`${what} of one's own`)
      return map((json: Json): Json => ({ [found.name]: json }))(written(found.name, write(constructor, found)))
    },
    schema: { $ref: ref },
  })
  return codec
}

/** The schema of them all. */
export const schemaOfAll = (constructors: Constructors<unknown>): Json => ({
  type: 'object',
  properties: Object.fromEntries([...constructors].map(([name, one]) => [name, schemaOf(name, one)])),
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
})
