import { readFileSync } from 'node:fs'
import type { Optimizer } from 'gradus'
import * as gradus from 'gradus'
import * as presets from 'gradus/presets'
import { type Parameter, type Signature, signatureOf } from '../../src/built.ts'

/**
 * What the page shows: every export of the front door that makes an optimizer. What is one's file, options, ranges, formula and
 * state is read from it; by hand there are only the families, in reading order, and names elsewhere that are not the same.
 */
const FAMILIES: Readonly<Record<string, string>> = {
  'Gradient descent and momentum':
    'sgd momentum heavyball nesterov nesterovahead asgd optimisticgradientdescent signsgd signum rprop',
  'A rate for each element':
    'adagrad rootmeansquare rmsprop rmspropcentered rmspropfromfirst adadelta ftrl madgrad sm3 adafactor',
  'Adam and its kin':
    'adam adamw adamax amsgrad nadam radam adabelief yogi adan ademamix simplifiedademamix adopt acprop lion optimisticadam cautious',
  'A rate for each tensor': 'lars lamb fromage novograd',
  'The rate found':
    'polyak polyakplus momo momoadam dog dowg dadaptation prodigy cocob mechanize schedulefree linesearch',
  'Matrices and curvature': 'muon soap sophia lbfgs',
  Gradients:
    'scale lr clip adaptiveclip normalize centralize zeronans addnoise movingaverage trustratio decay applyevery',
  'Where parameters may be': 'keepnonnegative project projectsimplex',
  'Where the gradient is taken, and what is evaluated': 'sam lookahead average',
  'The loss heard': 'plateau untilloss',
  Combinators: 'chain blend partition every skipnonfinite conditionally flatten',
}

/** Presets under other names, or with an option that makes them this. */
export const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  adaptiveClip: ['optax.adaptiveGradClip'],
  amsgrad: ['torch.adam({ amsgrad: true })', 'keras.adam({ amsgrad: true })'],
  clip: ['torch.clipGradValue'],
  clipByGlobalNorm: ['torch.clipGradNorm'],
  dAdaptation: ['optax.dadaptAdamw'],
  debiasedAverage: ['optax.ema'],
  every: ['optax.multiSteps'],
  heavyBall: ['keras.sgd({ momentum })'],
  keepNonnegative: ['optax.keepParamsNonnegative'],
  momentum: ['torch.sgd({ momentum })', 'optax.sgd({ momentum })'],
  movingAverage: ['optax.ema({ debias: false })'],
  nesterov: ['torch.sgd({ momentum, nesterov: true })', 'optax.sgd({ momentum, nesterov: true })'],
  polyak: ['optax.polyakSgd'],
  reduceOnPlateau: ['torch.reduceLROnPlateau', 'optax.reduceOnPlateau'],
  rmspropCentered: [
    'torch.rmsprop({ centered: true })',
    'keras.rmsprop({ centered: true })',
    'tfjs.rmsprop({ centered: true })',
    'optax.rmsprop({ centered: true })',
  ],
  scaleByLr: ['optax.scaleByLearningRate'],
  skipNonFinite: ['optax.applyIfFinite'],
}

type Constructor = (...args: readonly unknown[]) => Optimizer

export interface Entry {
  readonly name: string
  readonly signature: Signature
  readonly make: Constructor
  /** Its code. */
  readonly text: string
}

/** A file in src, without its ending, and what it exports, in the order in which it is written. */
export interface File {
  readonly file: string
  readonly entries: readonly Entry[]
}

export interface Family {
  readonly title: string
  readonly files: readonly File[]
}

const read = (path: string): string => readFileSync(new URL(`../../src/${path}.ts`, import.meta.url), 'utf8')

const built = (door: object): readonly Omit<Entry, 'text'>[] =>
  Object.entries(door).flatMap(([name, make]) => {
    const signature = typeof make === 'function' ? signatureOf(make) : undefined
    return signature ? [{ name, signature, make: make as Constructor }] : []
  })

const files = (): readonly File[] => {
  const entries = built(gradus)
  return [...read('catalogue').matchAll(/^export \{([^}]*)\} from '\.\/([\w/]+)\.js'/gm)].flatMap(
    ([, list = '', file = '']) => {
      const text = read(file)
      const names = list.split(',').map((name) => name.trim())
      const place = (name: string): number => text.indexOf(`export const ${name} `)
      const own = entries
        .filter(({ name }) => names.includes(name))
        .sort((a, b) => place(a.name) - place(b.name))
        .map((entry) => ({ ...entry, text: text.slice(place(entry.name)).split('\nexport ')[0] as string }))
      return own.length === 0 ? [] : [{ file, entries: own }]
    },
  )
}

const last = (file: string): string => file.slice(file.lastIndexOf('/') + 1)

const listed = Object.values(FAMILIES).flatMap((list) => list.split(' '))

/** What the families name and the front door does not have. */
export const unknown = (): readonly string[] => {
  const known = files().map(({ file }) => last(file))
  return listed.filter((name) => !known.includes(name))
}

/** @throws where a file is in no family. */
export const families = (): readonly Family[] => {
  const all = files()
  const missing = all.filter(({ file }) => !listed.includes(last(file)))
  if (missing.length > 0)
    throw new Error(`docs/optimizers/catalogue.ts: ${missing.map(({ file }) => file).join(', ')}: in no family`)
  return Object.entries(FAMILIES).map(([title, list]) => ({
    title,
    files: list.split(' ').flatMap((name) => all.filter(({ file }) => last(file) === name)),
  }))
}

export const FRAMEWORKS = { torch: 'PyTorch', keras: 'Keras', tfjs: 'TensorFlow.js', optax: 'Optax' } as const

/** The presets that are called as it is, but for capitals, and those that are called otherwise. */
export const elsewhere = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(FRAMEWORKS).flatMap((framework) => {
      const same = built((presets as Readonly<Record<string, object>>)[framework] ?? {}).find(
        (preset) => preset.name.toLowerCase() === name.toLowerCase(),
      )
      const other = ELSEWHERE[name]?.find((preset) => preset.startsWith(`${framework}.`))
      const found = other ?? (same && `${framework}.${same.name}`)
      return found === undefined ? [] : [[framework, found]]
    }),
  )

/** Arguments for what has to be given, where something can stand for it: no optimizer can. */
export const sampleOf = ({ parameters, rest }: Signature): readonly unknown[] | undefined => {
  const args = parameters.map(sample)
  return rest !== undefined || args.includes(NONE) ? undefined : args
}

const NONE = Symbol('nothing stands for it')
const SAMPLES: Readonly<Record<string, unknown>> = { 'hyper!': 0.1, 'number!': 2, 'where!': '**', 'tree!': {} }

const sample = (parameter: Parameter): unknown => {
  if (typeof parameter === 'string') return parameter.endsWith('!') ? (SAMPLES[parameter] ?? NONE) : undefined
  if (Array.isArray(parameter)) return parameter[0]
  const options = Object.entries(parameter as Readonly<Record<string, Parameter>>).map(
    ([name, kind]) => [name, typeof kind === 'string' ? sample(kind) : undefined] as const,
  )
  if (options.some(([, value]) => value === NONE)) return NONE
  return Object.fromEntries(options.filter(([, value]) => value !== undefined))
}
