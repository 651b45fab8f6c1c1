// The back end and tfjs's own kernels are known from the import on.
import '@tensorflow/tfjs-backend-wasm'
import { getKernel } from '@tensorflow/tfjs-core'
import { tfjsGradients } from './autodiff/tfjsgradients.js'
import { register } from './kernel/registry.js'
import type { WasmPaths } from './kernel/wasmfiles.js'

export interface UseWasm {
  /** `false` leaves (or puts back) TensorFlow.js's own kernels; optimizers run fused all the same. */
  readonly kernels?: boolean
  /**
   * Where a browser finds tfjs's three `.wasm` files, where it does not find them by itself (docs/browsers.md): the URL of their
   * folder, with a slash at its end, or the URL of each by name. Node finds them in the package.
   */
  readonly paths?: WasmPaths
}

/**
 * Sets TensorFlow.js up on WebAssembly: the back end, fused optimizers, gradients of any `tf.*` code, and kernels in the place of those
 * that tfjs lacks there, or has slower or wrong (docs/wasm.md). A page fetches the code of these when it is called. Of calls at the same
 * time each waits for the one before.
 *
 * @throws where the back end cannot be started.
 */
export const useWasm = (options: UseWasm = {}): Promise<void> => {
  const done = last.then(() => setUp(options))
  last = done.catch(() => {})
  return done
}

let last: Promise<void> = Promise.resolve()

/** tfjs's own kernels, where ours have taken their place. */
let restore = (): void => {}

const setUp = async ({ kernels = true, paths }: UseWasm): Promise<void> => {
  const [{ startWasm }, { installGradients }, { registerStep, STEP }, { wasm }, { installElementwise }, ours] =
    await Promise.all([
      import('./kernel/startwasm.js'),
      import('./autodiff/gradients.js'),
      import('./kernel/step.js'),
      import('./kernel/wasm.js'),
      import('./autodiff/kernels/elementwise.js'),
      kernels ? import('./autodiff/kernels.js') : undefined,
      tfjsGradients('useWasm'),
    ])
  await startWasm(paths)
  installGradients()
  if (!getKernel(STEP, 'wasm')) registerStep('wasm')
  register('wasm', wasm)
  installElementwise()
  if (ours) {
    ours.installKernels()
    restore = ours.restoreKernels
  } else restore()
}
