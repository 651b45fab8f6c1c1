import '@tensorflow/tfjs-backend-webgl'
import { env, getKernel, setBackend } from '@tensorflow/tfjs-core'
import { installGradients } from './autodiff/gradients.js'
import { installElementwise } from './autodiff/webgl/elementwise.js'
import { mistake } from './failure.js'
import { register } from './kernel/kernel.js'
import { registerStep, STEP } from './kernel/step.js'
import { webgl } from './kernel/webgl.js'

/**
 * Sets TensorFlow.js up on WebGL 2: the back end, its gradients, fused optimizers.
 *
 * @throws where the page or the worker has no WebGL 2.
 */
export const useWebgl = async (): Promise<void> => {
  await import('#gradients')
  installGradients()
  if (!(await setBackend('webgl')) || env().getNumber('WEBGL_VERSION') < 2)
    throw mistake('useWebgl', "tfjs's WebGL back end did not start", 'a browser with WebGL 2')
  if (!getKernel(STEP, 'webgl')) registerStep('webgl')
  register('webgl', webgl)
  installElementwise()
}
