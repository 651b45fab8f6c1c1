import { customGrad, engine, keep, reshape, scalar, Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { brief, mistake } from '../failure.js'
import { alike, dispose, entries, rebuild, tensors } from '../tree.js'
import { installGradients } from './gradients.js'

/**
 * What every derivative here is made of, on TensorFlow.js's tape:
 *
 *     pull(θ, f) = [what f gives besides, Σᵢ (∂yᵢ/∂θ)ᵀ uᵢ],  y = f's outputs, u = their cotangents
 *
 * It may stand in tidy, in a function that is itself differentiated (its steps are then on that tape), and in a kernel's
 * gradient or forward function, where tfjs's own `tf.grad` breaks the tape that is being read.
 */
export interface Pulled {
  /** Tensors of the graph, float32, or one scalar where there are no cotangents. */
  readonly outputs: readonly Tensor[]
  /** One for each output and of its shape; 1 for a scalar if missing. */
  readonly cotangents?: readonly Tensor[]
}

/** `result` comes back with fresh tensors in the place of its own; the gradient's are fresh too. */
export const pull = <P, R = undefined>(
  who: string,
  params: P,
  f: (params: P) => Pulled & { readonly result?: R },
): { readonly result: R; readonly grad: P } => {
  installGradients()
  const given = leavesOf(who, 'params', params)
  return onTape(() => {
    // The tape knows tensors by handle. With handles of its own, a leaf is neither what another leaf shares with it, nor what
    // f closes over, nor what an outer derivative is taken at.
    const handles = given.length > 0 ? given.map(handleOf) : [keep(scalar(0))]
    const last = handles.at(-1) as Tensor
    begun.push(handles[0] as Tensor)
    const made: Tensor[] = []
    let result: R | undefined
    try {
      const grads = tidy(() => {
        const forward = (): Tensor => {
          const { outputs, cotangents, ...more } = f(rebuild(params, handles) as P)
          result = more.result
          for (const x of tensors(result)) if (x.id > last.id && !x.kept) made.push(keep(x))
          return paired(outputs, cotangents)
        }
        const found = engine().gradients(forward, [...handles], undefined, true)
        const results = fresh(result)
        result = results
        return [...tensors(results), ...ownGradients(given, found.grads as (Tensor | undefined)[], found.value)]
      })
      return { result: result as R, grad: rebuild(params, grads.slice(grads.length - given.length)) as P }
    } finally {
      begun.pop()
      dispose([made, handles])
    }
  })
}

/** The first handle of each derivative that is being taken: what is not older is differentiated, or made on the way. */
const begun: Tensor[] = []

/** The number of the oldest tensor that can depend on what is being differentiated. */
export const beginning = (): number =>
  Math.min(...[begun[0], engine().state.activeTape?.[0]?.outputs[0]].map((x) => x?.id ?? Number.POSITIVE_INFINITY))

/** Whether what is computed now will be differentiated. */
export const isRecording = (): boolean => {
  const { gradientDepth, kernelDepth } = engine().state
  return gradientDepth > 0 && kernelDepth === 0
}

/** Runs `f` where its steps are recorded: on the tape that is recording, otherwise on one of its own. */
const onTape = <A>(f: () => A): A => (isRecording() ? f() : offTape(f))

/** Runs `f` as if nothing around it were differentiated. */
export const offTape = <A>(f: () => A): A => {
  const { state } = engine()
  const { activeTape, gradientDepth, kernelDepth } = state
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 })
  try {
    return f()
  } finally {
    // Where a function throws, tfjs leaves what its tape had saved.
    for (const { saved = [] } of state.activeTape ?? []) dispose(saved)
    Object.assign(state, { activeTape, gradientDepth, kernelDepth })
  }
}

/** A second tensor on the same buffer. */
export const handleOf = (x: Tensor): Tensor => keep(reshape(x, x.shape))

/** A tree whose tensors are fresh and nobody else's. */
export const fresh = <A>(tree: A): A =>
  rebuild(
    tree,
    entries(tree).map(([, x]) => (x instanceof Tensor ? reshape(x, x.shape) : x)),
  ) as A

/** `tidy` for trees: of all that `f` makes, what it returns is left. */
export const owned = <A>(f: () => A): A => {
  let tree: A | undefined
  tidy(() => {
    tree = f()
    return [...tensors(tree)]
  })
  return tree as A
}

/** A scalar that stands for ⟨y, u⟩ on the tape: its value is not computed, and its derivative with respect to y is u. */
const paired = (outputs: readonly Tensor[], cotangents: readonly Tensor[] | undefined): Tensor =>
  customGrad(() => ({
    value: scalar(0),
    // Handles, since the tape disposes what it adds up.
    gradFunc: (one) => (cotangents ?? [one]).map((u) => reshape(u, u.shape)),
  }))(...outputs)

/**
 * One fresh tensor a leaf. The tape may hand out one tensor for two leaves, the caller's own (a gradient function that
 * returns what it was given), or nothing for a leaf that is not used.
 */
const ownGradients = (given: readonly Tensor[], grads: readonly (Tensor | undefined)[], value: Tensor): Tensor[] => {
  const own: Tensor[] = []
  for (const [i, x] of given.entries()) {
    const found = grads[i]
    // What is older than the value was there before the gradient was taken.
    const isOwn = found !== undefined && found.id > value.id && !own.includes(found)
    own.push(isOwn ? found : found ? reshape(found, x.shape) : zerosLike(x))
  }
  return own
}

/** A tree's tensors, all of them float32 and alive. */
export const leavesOf = (who: string, what: string, tree: unknown): readonly Tensor[] =>
  entries(tree).map(([path, x]) => {
    if (x instanceof Tensor && x.dtype === 'float32' && !x.isDisposed) return x
    const came = !(x instanceof Tensor) ? brief(x) : x.isDisposed ? 'disposed' : x.dtype
    throw mistake(who, `leaf "${path}" of ${what} is ${came}`, 'a float32 tensor')
  })

/** The tensors of a tree that must be like another, shape by shape. */
export const leavesLike = (who: string, what: string, like: unknown, tree: unknown): readonly Tensor[] => {
  const found = alike(who, what, like, tree) as readonly Tensor[]
  leavesOf(who, what, tree)
  for (const [i, [path, x]] of entries(like).entries()) {
    const { shape } = found[i] as Tensor
    if (shape.join() !== (x as Tensor).shape.join())
      throw mistake(who, `leaf "${path}" of ${what} is [${shape}]`, `[${(x as Tensor).shape}]`)
  }
  return found
}
