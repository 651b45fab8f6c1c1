import {
  backend,
  broadcastTo,
  clone,
  engine,
  fill,
  type GradFunc,
  getBackend,
  getGradient,
  getKernel,
  type KernelFunc,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  reshape,
  sum,
  type Tensor,
  type TensorInfo,
  tidy,
  unregisterKernel,
  zeros,
} from '@tensorflow/tfjs-core'
import { type Env, evaluate, type Value } from '../kernel/evaluate.js'
import { type Formula, partials } from './formula.js'
import { isRecording } from './tape.js'

/**
 * A formula applied to tensors, as a kernel of TensorFlow.js under one name on every back end, with one gradient: the derivative of
 * a formula is a formula, so that the tape takes it again and again.
 *
 * A back end may have its own kernel of this name (`kernels/elementwise.ts` for WASM, `webgl/elementwise.ts` for WebGL): inputs are the
 * tensors, attributes an `Application`, and it gives a tensor for each output. Where there is none, formulas run op by op.
 */
export const ELEMENTWISE = 'GradusElementwise'

export interface Application {
  readonly formula: Formula
  /** For each parameter its number, or nothing where it is the next of the tensors. */
  readonly numbers: readonly (number | undefined)[]
  /** What the tensors are broadcast to. */
  readonly shape: readonly number[]
}

/** The formula's outputs at these operands, float32 tensors and numbers, which can be broadcast to this shape. */
export const applied = (
  formula: Formula,
  operands: readonly (Tensor | number)[],
  shape: readonly number[],
): readonly Tensor[] => {
  register()
  const tensors = operands.filter((x) => typeof x !== 'number')
  const attrs: Application = { formula, numbers: operands.map((x) => (typeof x === 'number' ? x : undefined)), shape }
  return engine().runKernel(ELEMENTWISE, tensors as unknown as NamedTensorMap, attrs as never) as unknown as Tensor[]
}

/** Puts a back end's own kernel in the place of the one that runs op by op. */
export const replaceElementwise = (backendName: string, kernelFunc: KernelFunc): void => {
  const present = getKernel(ELEMENTWISE, backendName)
  if (present?.kernelFunc === kernelFunc) return
  if (present) unregisterKernel(ELEMENTWISE, backendName)
  registerKernel({ kernelName: ELEMENTWISE, backendName, kernelFunc })
}

const register = (): void => {
  // Starts tfjs's default back end, if none was set.
  backend()
  const backendName = getBackend()
  if (!getKernel(ELEMENTWISE, backendName))
    registerKernel({ kernelName: ELEMENTWISE, backendName, kernelFunc: opByOp as unknown as KernelFunc })
  if (!getGradient(ELEMENTWISE))
    registerGradient({ kernelName: ELEMENTWISE, saveAllInputs: true, gradFunc: back as unknown as GradFunc })
}

/** Each parameter's value: its number, or the next of these. */
export const filled = <T>(numbers: Application['numbers'], tensors: readonly T[]): readonly (T | number)[] => {
  let next = 0
  return numbers.map((given) => given ?? (tensors[next++] as T))
}

const opByOp = ({ inputs, attrs }: { inputs: readonly Tensor[]; attrs: Application }): TensorInfo[] => {
  const { formula, numbers, shape } = attrs
  const operands = filled(numbers, inputs)
  const environment: Env = Object.fromEntries(formula.names.map((name, i) => [name, operands[i] as Value]))
  const taken = new Set<Value>(operands)
  return tidy(() => {
    const read = evaluate(environment)
    return formula.outputs.map((output) => {
      const whole = shaped(shape.includes(0) ? 0 : read(output), shape)
      // Neither an operand nor another output.
      const own = taken.has(whole) ? clone(whole) : whole
      taken.add(own)
      return own
    })
  })
}

const shaped = (x: Value, shape: readonly number[]): Tensor => {
  if (typeof x === 'number') return fill([...shape], x)
  return x.shape.join() === shape.join() ? x : broadcastTo(x, [...shape])
}

/** By which parameters a formula was last differentiated: what is asked for together is computed in one pass. */
const asked = new WeakMap<Formula, readonly number[]>()

const back = (dy: Tensor, saved: readonly Tensor[], { formula, numbers }: Application) => {
  const operands = [...filled(numbers, saved), dy]
  const slopes = (by: readonly number[]) => applied(partials(formula, by), operands, dy.shape)
  const last = asked.get(formula) ?? []
  // What the tape records has one output each, of which none is there in vain.
  const together = last.length > 1 && !isRecording() ? slopes(last) : []
  const now: number[] = []
  asked.set(formula, now)
  const places = numbers.flatMap((given, i) => (given === undefined ? [i] : []))
  const gradient = (place: number, x: Tensor) => () => {
    now.push(place)
    const slope = together[last.indexOf(place)] ?? (slopes([place])[0] as Tensor)
    return summed(slope, x.shape)
  }
  return Object.fromEntries(saved.map((x, k) => [k, gradient(places[k] as number, x)]))
}

/** Over the axes along which a tensor of this shape was broadcast. */
const summed = (x: Tensor, shape: number[]): Tensor => {
  if (x.shape.join() === shape.join()) return x
  // Of an empty tensor tfjs knows neither the axes nor, on WASM, the sum.
  if (x.size === 0) return zeros(shape)
  const axes = x.shape.flatMap((n, axis) => ((shape[axis - x.rank + shape.length] ?? 1) === n ? [] : [axis]))
  return reshape(sum(x, axes), shape)
}
