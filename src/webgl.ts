import '@tensorflow/tfjs-backend-webgl'
import { env, getKernel, setBackend } from '@tensorflow/tfjs-core'
import { tfjsGradients } from './autodiff/tfjsgradients.js'
import { mistake } from './failure.js'
import { register } from './kernel/registry.js'

/**
 * Sets TensorFlow.js up on WebGL 2: the back end, optimizers and `elementwise` as shaders, gradients of any `tf.*` code. A page fetches the
 * code of these when it is called.
 *
 * A step computes in float32, its reductions too, which stay on the GPU: nothing is read back, but one number where a gradient's
 * finiteness is asked for (`train` does, unless `guard` is false) and one where a schedule's clock depends on gradients
 * (`skipNonFinite`). After 100 steps every optimizer is within 1e-5 of its meaning in float64, relative to a leaf's largest
 * number. Unlike on WASM, a sum of squares above 3.4e38 is infinite, so that a gradient above 1.8e19 is clipped to 0.
 *
 * Where a device can draw in float16 alone, a warning says so: what is left are three digits, from 6e-8 to 65504. A hundred steps
 * of SGD are then 0.3 % off, of Adam 0.5 % where gradients are about 1; squares of smaller ones than 2e-4 are 0 and norms above
 * 256 infinite, so train with `useWasm` there.
 *
 * @throws where there is no WebGL 2, as in Node.
 */
export const useWebgl = async (): Promise<void> => {
  const [{ installGradients }, { registerStep, STEP }, { webgl }, { installElementwise }] = await Promise.all([
    import('./autodiff/gradients.js'),
    import('./kernel/step.js'),
    import('./kernel/webgl.js'),
    import('./autodiff/webgl/elementwise.js'),
    tfjsGradients('useWebgl'),
  ])
  installGradients()
  if (!(await started())) throw mistake('useWebgl', "tfjs's WebGL back end did not start", 'a browser with WebGL 2')
  if (!env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) warnOnce()
  if (!getKernel(STEP, 'webgl')) registerStep('webgl')
  register('webgl', webgl)
  installElementwise()
}

/** tfjs throws where it knows no such back end. */
const started = async (): Promise<boolean> => {
  try {
    return (await setBackend('webgl')) && env().getNumber('WEBGL_VERSION') >= 2
  } catch {
    return false
  }
}

let warned = false
const warnOnce = (): void => {
  if (warned) return
  warned = true
  console.warn(
    'useWebgl: this device draws in float16, expected float32: numbers have three digits, above 65504 they are infinite and ' +
      'below 6e-8 they are 0, squared gradients for instance; useWasm computes in float32 everywhere',
  )
}
