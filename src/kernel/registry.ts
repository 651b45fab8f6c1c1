import type { Executor } from './executor.js'
import { host } from './host.js'
import { tensor } from './tensor.js'

const executors = new Map<string, Executor>()

/** Gives a back end its own executor; the others run op by op. */
export const register = <L>(backend: string, executor: Executor<L>): void => {
  executors.set(backend, executor as Executor)
}

/** The executor for such leaves: float64 arrays run on the host, tensors where the current back end says. */
export const executorFor = (leaf: unknown): Executor => {
  if (host.shape(leaf)) return host as Executor
  return executors.get(tensor.name) ?? (tensor as Executor)
}
