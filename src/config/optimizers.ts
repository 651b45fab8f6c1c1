import { descriptionOf, type Kind, type Signature, signatureOf } from '../built.js'
import * as gradus from '../catalogue.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import * as presets from '../presets/index.js'
import type { AnyCodec, Codec } from './codec.js'
import type { Constructor } from './constructor.js'
import { listOf, recordOf, tree, where } from './data.js'
import { asked, type Constructors, named } from './named.js'
import { parameterOf } from './options.js'
import { hyper, kinds as ofSchedules } from './schedules.js'

const isOptimizer = (x: unknown): x is Optimizer =>
  typeof x === 'object' && x !== null && 'update' in x && typeof x.update === 'function'

/** `{ "chain": [{ "clipByGlobalNorm": 1 }, { "adamw": { "lr": 0.001 } }] }` */
export const optimizer: Codec<Optimizer> = named<Optimizer>({
  what: 'an optimizer',
  ref: '#/$defs/optimizer',
  is: isOptimizer,
  constructors: () => optimizers(),
  made: descriptionOf,
})

const kinds: Readonly<Record<Kind, AnyCodec>> = {
  ...ofSchedules,
  numbers: listOf(hyper, 'a list of numbers or schedules'),
  optimizer,
  optimizers: recordOf(optimizer, 'optimizers by label'),
  where,
  tree,
  any: tree,
}

/** Everything exported that bears a signature, under the name that it bears; what is ready, under that of its export. */
const found = (exported: object, none: boolean, prefix = ''): readonly (readonly [string, Constructor<Optimizer>])[] =>
  Object.entries(exported).flatMap(([key, value]) => {
    const signature = typeof value === 'function' && signatureOf(value)
    if (signature) return [[signature.name, constructor(signature, value, none)] as const]
    if (isOptimizer(value)) return [[`${prefix}${key}`, { parameters: [], make: () => value }] as const]
    return isNamespace(value) ? found(value, none, `${prefix}${key}.`) : []
  })

const constructor = (
  { parameters, rest }: Signature,
  make: (...args: readonly unknown[]) => Optimizer,
  none: boolean,
): Constructor<Optimizer> => ({
  parameters: parameters.map((said) => parameterOf(said, kinds, none)),
  ...(rest && { rest: kinds[rest] }),
  make: (args) => make(...args),
})

const isNamespace = (x: unknown): x is object =>
  typeof x === 'object' && x !== null && Object.prototype.toString.call(x) === '[object Module]'

/** All that have a name. */
export const optimizers = asked(
  (): Constructors<Optimizer> => new Map([...found(gradus, false), ...found(presets, true)]),
)
