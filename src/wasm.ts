import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { getBackend, getKernel, setBackend } from '@tensorflow/tfjs-core'
import { installGradients } from './autodiff/gradients.js'
import { installElementwise, installKernels, restoreKernels } from './autodiff/kernels.js'
import { brief, mistake } from './failure.js'
import { register } from './kernel/kernel.js'
import { registerStep, STEP } from './kernel/step.js'
import { wasm } from './kernel/wasm.js'

export interface UseWasm {
  /** `false` leaves (or puts back) TensorFlow.js's own kernels; optimizers run fused all the same. */
  readonly kernels?: boolean
  /**
   * Where a browser finds tfjs's three `.wasm` files: the URL of their folder, with a slash at its end, or the URL of each by
   * name. Node finds them in the package.
   */
  readonly paths?: string | Readonly<Record<string, string>>
}

/**
 * Sets TensorFlow.js up on WebAssembly: the back end, fused optimizers, gradients of any `tf.*` code, and kernels in the place of those
 * that tfjs lacks there, or has slower or wrong (docs/wasm.md).
 *
 * @throws where the back end cannot be started.
 */
export const useWasm = async ({ kernels = true, paths }: UseWasm = {}): Promise<void> => {
  await import('#gradients')
  installGradients()
  if (paths !== undefined && getBackend() !== 'wasm') setWasmPaths(paths as string)
  if (!(await withoutListeners(() => setBackend('wasm'))))
    throw mistake(
      'useWasm',
      "tfjs's WASM back end did not start",
      `its .wasm files at ${brief(paths ?? 'their default place')}`,
    )
  if (!getKernel(STEP, 'wasm')) registerStep('wasm')
  register('wasm', wasm)
  installElementwise()
  if (kernels) installKernels()
  else restoreKernels()
}

interface Emitter {
  listeners(event: string): readonly unknown[]
  removeListener(event: string, listener: unknown): void
}

const CRASHES = ['uncaughtException', 'unhandledRejection'] as const

/**
 * In Node, tfjs's module listens for uncaught errors only to throw them again from its own code, and Node then prints the
 * line that threw: 30 kB of it. These listeners go, those of others stay.
 */
const withoutListeners = async <A>(start: () => Promise<A>): Promise<A> => {
  const { process } = globalThis as { process?: Emitter }
  if (!process?.listeners) return start()
  const before = CRASHES.map((event) => process.listeners(event))
  const result = await start()
  for (const [i, event] of CRASHES.entries())
    for (const listener of process.listeners(event))
      if (!before[i]?.includes(listener)) process.removeListener(event, listener)
  return result
}
