import {
  engine,
  type GradFunc,
  getBackend,
  getGradient,
  getKernel,
  type KernelFunc,
  keep,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  scalar,
  Tensor,
  tidy,
  Variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { mistake } from '../failure.js'
import { dispose, entries, rebuild, tensors } from '../tree.js'
import { beginning, fresh, handleOf, isRecording, leavesOf, offTape, owned, pull } from './tape.js'

/**
 * The same function, with less memory: what f computes on its way is not kept until the gradient is taken, but computed again
 * then. Value and derivatives are f's, of any order; it costs another evaluation of f in each gradient.
 *
 *     const block = remat((p, x) => …)          x ↦ block(p₁, x) ↦ block(p₂, ·) ↦ …: what is between blocks is kept
 *
 * Arguments and result are any trees of tensors; the result's are float32 and fresh. What depends on the parameters must be among
 * the arguments: f may close over what was there before the derivative began, as a constant, but gets no gradient for it.
 * (Chen et al. 2016, "Training deep nets with sublinear memory cost", arXiv 1604.06174.)
 *
 * @throws where a leaf of f's result is not a float32 tensor, or f closes over a tensor that was made since the derivative began, over
 * what is being differentiated, or over a trainable variable; what plain `tf.grad` is taken at is not noticed.
 */
export const remat =
  <A extends readonly unknown[], Y>(f: (...args: A) => Y): ((...args: A) => Y) =>
  (...args) => {
    if (!isRecording()) return owned(() => fresh(checked(f(...args))))
    register()
    let like: Y | undefined
    const evaluate = (inputs: readonly Tensor[]): Y => {
      like = f(...placed(args, inputs))
      return checked(like)
    }
    const inputs = tensors(args) as unknown as NamedTensorMap
    const attrs: Attributes = { evaluate, since: beginning() }
    const outputs = engine().runKernel(REMAT, inputs, attrs as never) as unknown as readonly Tensor[]
    return rebuild(like, outputs) as Y
  }

const REMAT = 'GradusRemat'

interface Attributes {
  readonly evaluate: (inputs: readonly Tensor[]) => unknown
  /** No tensor that is as new as this one may be closed over. */
  readonly since: number
}

const checked = <Y>(value: Y): Y => {
  leavesOf('remat', "the function's result", value)
  return value
}

/** The arguments with these tensors in the place of theirs, in order. */
const placed = <A>(args: A, inputs: readonly Tensor[]): A => {
  let next = 0
  return rebuild(
    args,
    entries(args).map(([, x]) => (x instanceof Tensor ? inputs[next++] : x)),
  ) as A
}

/** On a tape of its own, which tells what f closes over, and is dropped with all that it kept. */
const forward = ({ inputs, attrs }: { inputs: readonly Tensor[]; attrs: Attributes }): readonly Tensor[] =>
  offTape(() => {
    const handles = inputs.map(handleOf)
    const last = keep(scalar(0))
    const { state } = engine()
    try {
      Object.assign(state, { activeTape: [], gradientDepth: 1 })
      const outputs = tidy(() => tensors(fresh(attrs.evaluate(handles))) as Tensor[])
      const own = new Set(handles)
      for (const { inputs: used } of state.activeTape)
        for (const x of Object.values(used)) if (x && x.id < last.id && !own.has(x)) checkClosure(x, attrs.since)
      return outputs
    } finally {
      dispose([handles, last])
    }
  })

const checkClosure = (x: Tensor, since: number): void => {
  const expected = 'it among its arguments: it would get no gradient'
  if (x instanceof Variable && x.trainable)
    throw mistake('remat', `the function closes over the variable "${x.name}"`, expected)
  if (x.id < since) return
  const made = `a tensor of shape [${x.shape}] that was made since the derivative began`
  throw mistake('remat', `the function closes over ${made}`, expected)
}

const back = (dy: Tensor | readonly Tensor[], saved: readonly Tensor[], { evaluate }: Attributes) => {
  const cotangents = dy instanceof Tensor ? [dy] : dy
  const differentiable = saved.filter(({ dtype }) => dtype === 'float32')
  const { grad } = pull('remat', differentiable, (given) => {
    const inputs = saved.map((x) => (x.dtype === 'float32' ? (given[differentiable.indexOf(x)] as Tensor) : x))
    return { outputs: tensors(evaluate(inputs)), cotangents }
  })
  return Object.fromEntries(saved.map((x, i) => [i, () => grad[differentiable.indexOf(x)] ?? zeros(x.shape)]))
}

const register = (): void => {
  const backendName = getBackend()
  if (!getKernel(REMAT, backendName))
    registerKernel({ kernelName: REMAT, backendName, kernelFunc: forward as unknown as KernelFunc })
  if (!getGradient(REMAT))
    registerGradient({ kernelName: REMAT, saveAllInputs: true, gradFunc: back as unknown as GradFunc })
}
