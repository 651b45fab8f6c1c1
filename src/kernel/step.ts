import {
  engine,
  type KernelBackend,
  type NamedTensorMap,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { Columns } from './loops.js'

/** A step as one tfjs kernel call for the whole tree, so that tidy, memory counts and profiles see it. */
export const STEP = 'GradusStep'

type Kernel<B> = (backend: B) => TensorInfo[]

/** One kernel call, with every leaf among its inputs. */
export const asKernel = <B>(leaves: readonly Tensor[], kernel: Kernel<B>): readonly Tensor[] => {
  const attrs = { kernel } as unknown as Parameters<ReturnType<typeof engine>['runKernel']>[2]
  return engine().runKernel(STEP, leaves as unknown as NamedTensorMap, attrs) as unknown as Tensor[]
}

export const registerStep = (backendName: string): void =>
  registerKernel({
    kernelName: STEP,
    backendName,
    kernelFunc: ({ attrs, backend }) =>
      (attrs as unknown as { kernel: Kernel<KernelBackend> }).kernel(backend as KernelBackend),
  })

/** `leaves` in columns of the lengths that `like` has. */
export const columns = <L>(like: Columns<unknown>, leaves: readonly L[]): readonly [readonly L[], ...Columns<L>] => {
  let next = 0
  const cut = like.map((column) => column.map(() => leaves[next++] as L))
  return cut as unknown as readonly [L[], ...L[][]]
}
