import { backend } from '@tensorflow/tfjs-core'

/**
 * The WebGL context that tensors are in. A browser may take it away at any time: the driver starts anew, the machine slept, too
 * many pages have one. TensorFlow.js does not say so: from then on it computes zeros, and `data()` waits for ever.
 */
export interface Context {
  lost(): boolean
  /** What comes of a read; rejects if the context is lost before. */
  read<A>(pending: Promise<A>): Promise<A>
}

/** Nothing where the back end's memory cannot be lost. */
export const contextAtHand = (): Context | undefined => {
  const { gpgpu } = backend() as { gpgpu?: { gl?: WebGL2RenderingContext } }
  const gl = gpgpu?.gl
  if (!gl) return undefined
  return {
    lost: () => gl.isContextLost(),
    read: (pending) =>
      new Promise((resolve, reject) => {
        const lost = () => reject(new Error('the WebGL context was lost'))
        gl.canvas.addEventListener('webglcontextlost', lost)
        if (gl.isContextLost()) lost()
        pending
          .finally(() => gl.canvas.removeEventListener('webglcontextlost', lost))
          .then((read) => (gl.isContextLost() ? lost() : resolve(read)), reject)
      }),
  }
}
