import { engine, exp, mul, type NamedTensorMap, sub, sum, type Tensor } from '@tensorflow/tfjs-core'

/**
 * TensorFlow.js's tape in the order in which things were made.
 *
 * A gradient that needs its kernel's output (exp, tanh, softmax, …) gets a saved copy of it. tfjs writes that copy on the tape
 * before the kernel that made the output:
 *
 *     y → saved,  x → y        instead of        x → y,  y → saved
 *
 * Who goes along the tape, as a second derivative does, meets `saved` before it knows that y comes from x, and takes it for a
 * constant: `grad(grad(exp))` throws, and (Σ exp(x)²)″ silently loses a term. Here the tape is put in order when a gradient
 * was taken within a function that is to be differentiated again; a first derivative costs nothing. The copies that a user's
 * `customGrad` saves are on the tape in the same way, and are mended with the others.
 */
type Gradients = <T extends Tensor>(
  f: () => T,
  xs: Tensor[],
  dy?: T,
  allowNoGradients?: boolean,
) => { value: T; grads: Tensor[] }

interface TapeNode {
  readonly id: number
  readonly kernelName: string
  readonly inputs: NamedTensorMap
  readonly outputs: readonly Tensor[]
  readonly saved: readonly Tensor[]
  readonly gradient?: (dys: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>
}

interface Engine {
  gradients: Gradients
  readonly state: { readonly activeTape: unknown; nextTapeNodeId: number }
}

const kept = new WeakSet<Engine>()

/** Gradients that have been taken. */
let taken = 0

export const keepTapeInOrder = (): void => {
  const tf = engine() as unknown as Engine
  if (kept.has(tf)) return
  kept.add(tf)
  const gradients: Gradients = tf.gradients.bind(tf)
  tf.gradients = (f, xs, dy, allowNoGradients) => {
    const before = taken
    const inOrder: typeof f = () => {
      const y = f()
      if (taken !== before) order(tf)
      return y
    }
    const result = gradients(inOrder, xs, dy, allowNoGradients)
    taken++
    return result
  }
}

/** Nodes whose copies are in their place. */
const settled = new WeakSet<TapeNode>()

/** A node's copies stand right before it, one for each tensor that it saves. Those of its outputs change places with it. */
const order = (tf: Engine): void => {
  const tape = tf.state.activeTape as TapeNode[]
  const origins: [at: number, node: TapeNode][] = []
  for (let i = 0; i < tape.length; i++) {
    const node = tape[i] as TapeNode
    if (node.saved.length === 0 || settled.has(node)) continue
    settled.add(node)
    const first = i - node.saved.length
    const copies = tape.slice(first, i)
    const isOutput = ({ inputs: { x } }: TapeNode): boolean => node.outputs.some(({ id }) => id === x?.id)
    const moved = [...copies.filter((copy) => !isOutput(copy)), node, ...copies.filter(isOutput)]
    for (const [k, each] of moved.entries()) tape[first + k] = each
    if (node.kernelName === SOFTMAX_CROSS_ENTROPY) origins.push([first, originOfLogarithms(node, copies, tf)])
  }
  insert(tape, origins)
}

/** All at once: the tape may be long. */
const insert = (tape: TapeNode[], nodes: readonly (readonly [at: number, node: TapeNode])[]): void => {
  if (nodes.length === 0) return
  let [next, to] = [nodes.length - 1, tape.length + nodes.length]
  for (let i = tape.length - 1; next >= 0; i--) {
    tape[--to] = tape[i] as TapeNode
    for (; next >= 0 && nodes[next]?.[0] === i; next--) tape[--to] = nodes[next]?.[1] as TapeNode
  }
}

/** How tfjs names, on the tape, the one custom gradient of its own that saves what is neither an input nor an output. */
export const SOFTMAX_CROSS_ENTROPY = 'softmaxCrossEntropy__op'

/**
 * `tf.losses.softmaxCrossEntropy(labels, logits)` saves z − logΣexp z, which it made away from the tape. It is given an origin:
 *
 *     ℓ = z − logΣexp z        dL/dz = dL/dℓ − exp(ℓ) · Σ dL/dℓ
 */
const originOfLogarithms = ({ inputs }: TapeNode, copies: readonly TapeNode[], tf: Engine): TapeNode => {
  const copy = copies[1] as TapeNode
  const logarithms = copy.outputs[0] as Tensor
  return {
    id: tf.state.nextTapeNodeId++,
    kernelName: 'LogSoftmax',
    inputs: { logits: inputs[1] as Tensor },
    outputs: [copy.inputs.x as Tensor],
    saved: [],
    gradient: ([dy]) => ({
      logits: () => sub(dy as Tensor, mul(exp(logarithms), sum(dy as Tensor, -1, true))),
    }),
  }
}
