import * as tf from '@tensorflow/tfjs'

export const context = () => (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu.gl
export const lose = () => (context().getExtension('WEBGL_lose_context') as WEBGL_lose_context).loseContext()

const factory = tf.findBackendFactory('webgl')
/** A back end with a context of its own. */
export const restart = async () => {
  tf.removeBackend('webgl')
  tf.registerBackend('webgl', factory, 2)
  await tf.setBackend('webgl')
}
