import { advance, begin, type Optimizer, type Schedule, simulate, tree } from 'gradus'
import { keras, optax, torch } from 'gradus/presets'
import { ruler } from '../close.ts'
import { asArrays, asTensors, type Framework, type Leaves, type Recording } from '../golden/recording.ts'
import { camel, fromKeras, fromOptax, fromTorch, type Named } from './recording.ts'

/** A recorded optimizer as the preset of its name, with the options that were passed, and its path beside the recorded one. */

type Options = Readonly<Record<string, unknown>>
type Preset = (...args: readonly unknown[]) => Optimizer
type Presets = Readonly<Record<string, Preset | undefined>>

const PRESETS = { torch, keras, optax } as unknown as Readonly<Record<string, Presets>>
const SCHEDULES: Readonly<Record<string, (named: Named) => Schedule>> = {
  torch: fromTorch,
  keras: fromKeras,
  optax: fromOptax,
}

const preset = (framework: string, name: string): Preset => {
  const found = PRESETS[framework]?.[name]
  if (!found) throw new Error(`${framework}.${name} is not there`)
  return found
}

/** `AdamW` of PyTorch and Keras is `adamw`. */
const className = (name: string): string => name.toLowerCase()

/** What the recordings say in words: a function of the framework's own counts, from 0, or what stands for it here. */
const WORDS: Readonly<Record<string, (options: Options) => unknown>> = {
  '2 if gradient_step < 3 else 4': () => (gradientStep: number) => (gradientStep < 3 ? 2 : 4),
  'MuonDimensionNumbers(0, 1)': () => ({ reductionAxis: 0, outputAxis: 1 }),
  // A Hessian comes with the gradient, in `update`'s last argument.
  'extra_args.hessian_diag': () => undefined,
  'i -> 1 - (i + 1) ** -exponent, at most 0.9': () => (i: number, exponent: number) =>
    Math.min(0.9, 1 - (i + 1) ** -exponent),
  skip_large_updates: (options) => preset('optax', 'skipLargeUpdates')(named('optax', options)),
  skip_not_finite: () => preset('optax', 'skipNotFinite'),
  'step % 2 == 0': () => (step: number) => step % 2 === 0,
  'step % 3 != 1': () => (step: number) => step % 3 !== 1,
  'x ** 0.5': () => (x: number) => x ** 0.5,
}

/** Options under our names; what is below them are values: numbers, schedules, optimizers, trees. */
const named = (framework: string, options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, x]) => [camel(name), value(framework, x)]))

const value = (framework: string, x: unknown): unknown => {
  if (Array.isArray(x)) return x.map((y) => value(framework, y))
  if (typeof x !== 'object' || x === null) return x
  const { schedule, optimizer, fn, options = {} } = x as Options
  if (typeof schedule === 'string') return SCHEDULES[framework]?.(x as Named)
  if (typeof optimizer === 'string') return fromOptaxOptimizer(optimizer, options as Options)
  if (typeof fn === 'string') {
    const said = WORDS[fn]
    if (!said) throw new Error(`nothing is known of the function "${fn}"`)
    return said(options as Options)
  }
  return Object.fromEntries(Object.entries(x).map(([key, y]) => [key, value(framework, y)]))
}

const fromOptaxOptimizer = (name: string, options: Options): Optimizer => {
  if (name === 'chain') return preset('optax', camel(name))(...(value('optax', options.transforms) as Optimizer[]))
  // Every hyperparameter of a preset may be a schedule, as it is.
  if (name === 'inject_hyperparams')
    return fromOptaxOptimizer(options.inner_factory as string, options.options as Options)
  return preset('optax', camel(name))(named('optax', options))
}

export const presetOf = (framework: Framework, { optimizer, options }: Recording): Optimizer => {
  if (framework === 'optax' || framework === 'optax-transforms') return fromOptaxOptimizer(optimizer, options)
  if (optimizer === 'clip_grad_norm_ then Adam') {
    const { max_norm, ...adam } = options
    return preset('optax', 'chain')(
      preset('torch', 'clipGradNorm')({ maxNorm: max_norm }),
      preset('torch', 'adam')(named('torch', adam)),
    )
  }
  return preset(framework, className(optimizer))(named(framework, options))
}

/** How a tree of recorded numbers becomes one that an optimizer takes. */
type Made = (leaves: Leaves) => Leaves

/** What was evaluated at each step, if not θ. */
const readouts = ({ eval_params, slow_params }: Recording) => eval_params ?? slow_params

/** The worst step of the path in float64, of an optimizer that is a formula. */
export const inFloat64 = (optimizer: Optimizer, recording: Recording): number => {
  const { params, updates, grads, params0, extra_args = [] } = recording
  if (!params) return updated(optimizer, recording, asArrays as unknown as Made)
  const source = grads.map((grad, i) => {
    const { value: loss, hessian_diag } = extra_args[i] ?? {}
    return { grad: asArrays(grad), loss, ...(hessian_diag && { hessian: asArrays(hessian_diag) }) }
  })
  const [position, step, read] = [ruler(), ruler(), ruler()]
  const evaluated = readouts(recording)
  let far = 0
  for (const { t, params: theta, delta, state } of simulate(optimizer, asArrays(params0), source)) {
    far = Math.max(far, position(theta, asArrays(params[t - 1] as Leaves)))
    if (updates) far = Math.max(far, step(delta, asArrays(updates[t - 1] as Leaves)))
    if (evaluated) far = Math.max(far, read(readout(optimizer, state, theta), asArrays(evaluated[t - 1] as Leaves)))
  }
  return far
}

const readout = <P>(optimizer: Optimizer, state: unknown, params: P): P => {
  if (!optimizer.readout) throw new Error('the optimizer has no readout')
  return optimizer.readout(state, params)
}

/** The worst step of a transformation, at the θ that it was recorded at. */
const updated = (optimizer: Optimizer, recording: Recording, made: Made): number => {
  const { params0, grads, updates = [], params_in, extra_args = [] } = recording
  const distance = ruler()
  const first = made(params0)
  let state = optimizer.init(first as never)
  let far = 0
  for (const [i, g] of grads.entries()) {
    const { value: loss, hessian_diag } = extra_args[i] ?? {}
    const params = made(params_in?.[i] ?? params0)
    const hessian = hessian_diag && made(hessian_diag)
    const grad = made(g)
    const [next, delta] = optimizer.update(state, grad, i + 1, { params, loss, ...(hessian && { hessian }) })
    far = Math.max(far, distance(delta, asArrays(updates[i] as Leaves)))
    tree.dispose([state, grad, delta, params, hessian])
    state = next
  }
  tree.dispose([state, first])
  return far
}

/** The worst step on the current back end, in place where nothing but a loss comes with the gradient. */
export const onTensors = (optimizer: Optimizer, recording: Recording): number => {
  const { params, grads, params0, extra_args = [] } = recording
  const made = asTensors as unknown as Made
  if (!params) return updated(optimizer, recording, made)
  const [distance, read] = [ruler(), ruler()]
  const evaluated = readouts(recording)
  const given = made(params0)
  let carry = begin(optimizer, given as never)
  tree.dispose(given)
  let far = 0
  for (const [i, g] of grads.entries()) {
    const { value: loss, hessian_diag } = extra_args[i] ?? {}
    const grad = made(g)
    if (hessian_diag) {
      const hessian = made(hessian_diag)
      const [state, delta] = optimizer.update(carry.state, grad, i + 1, {
        params: carry.params as Leaves,
        loss,
        hessian,
      })
      const moved = tree.add(carry.params as Leaves, delta)
      tree.dispose([carry, delta, hessian])
      carry = { params: moved as never, state, t: i + 1 }
    } else carry = advance(optimizer)(carry, grad as never, loss)
    tree.dispose(grad)
    far = Math.max(far, distance(carry.params, asArrays(params[i] as Leaves)))
    if (evaluated) {
      const x = readout(optimizer, carry.state, carry.params)
      far = Math.max(far, read(x, asArrays(evaluated[i] as Leaves)))
      tree.dispose(x)
    }
  }
  tree.dispose(carry)
  return far
}
