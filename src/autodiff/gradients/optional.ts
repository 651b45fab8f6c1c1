import { engine, FusedBatchNorm, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Batch normalization without a scale or an offset. tfjs saves the inputs that a gradient asks for by name, and puts all of them
 * on its tape, and fails where one was left out. What is not there is neither saved nor put there.
 */
type Inputs = Readonly<Record<string, Tensor | undefined>>

interface Engine {
  getTensorsForGradient(kernelName: string, inputs: Inputs, outputs: readonly Tensor[]): readonly (Tensor | undefined)[]
  addTapeNode(kernelName: string, inputs: Inputs, ...rest: readonly unknown[]): void
}

const mended = new WeakSet<Engine>()

const there = (inputs: Inputs): Inputs =>
  Object.fromEntries(Object.entries(inputs).filter(([, x]) => x !== undefined && x !== null))

export const leaveOutWhatIsNotThere = (): void => {
  const tf = engine() as unknown as Engine
  if (mended.has(tf)) return
  mended.add(tf)
  const [tensorsForGradient, addTapeNode] = [tf.getTensorsForGradient.bind(tf), tf.addTapeNode.bind(tf)]
  tf.getTensorsForGradient = (name, inputs, outputs) => {
    const tensors = tensorsForGradient(name, inputs, outputs)
    return name === FusedBatchNorm ? tensors.filter((x) => x !== undefined && x !== null) : tensors
  }
  tf.addTapeNode = (name, inputs, ...rest) =>
    addTapeNode(name, name === FusedBatchNorm ? there(inputs) : inputs, ...rest)
}
