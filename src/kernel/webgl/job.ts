import type { TensorInfo } from '@tensorflow/tfjs-core'
import { mistake } from '../../failure.js'
import type { Env, Growing } from '../loops.js'
import type { WebglBackend } from './backend.js'
import { laid } from './laid.js'
import { blank, type Layout, SCALAR } from './layout.js'

/**
 * The operands of one step on the GPU, and what it makes. A leaf's numbers are textures; what is equal for all its elements is
 * either a number here or, if it comes of a reduction, the first number of a texture.
 */
export interface Scope {
  /** Hypers, leaf constants, slots that the host knows. */
  readonly env: Growing
  /** Reductions, and slots with one number, that the GPU knows. */
  readonly scalars: Record<string, TensorInfo>
}

export interface Leaf extends Scope {
  readonly layout: Layout
  /** g, θ and slots with a number for each element. */
  readonly elements: Record<string, TensorInfo>
}

/** What a job draws on: `results` are the caller's in the end, all others go back to tfjs's pool of textures. */
export interface Room {
  readonly backend: WebglBackend
  /** Kept until the job is done. */
  temporary(layout: Layout): TensorInfo
  result(layout: Layout): TensorInfo
  /** A result that is a number of the host's, not on the GPU before somebody needs it there. */
  constant(x: number): TensorInfo
  /** An operand in this layout. */
  laid(x: TensorInfo, layout: Layout): TensorInfo
  /** One number, on the GPU. */
  texture(x: number | TensorInfo): TensorInfo
  /** One number, here: read from the GPU, if it is not known. */
  number(x: number | TensorInfo): number
}

/**
 * Frees what is temporary, and if `use` throws, its results as well.
 *
 * @throws where the context is lost, as all that is drawn would be 0.
 */
export const inRoom = <A>(backend: WebglBackend, use: (room: Room) => A): A => {
  if (backend.gpgpu.gl.isContextLost())
    throw mistake('useWebgl', 'the WebGL context was lost', 'a new one, as in docs/tabs.md')
  const temporaries: TensorInfo[] = []
  const results: TensorInfo[] = []
  const drawn =
    (into: TensorInfo[]) =>
    (layout: Layout): TensorInfo => {
      const info = blank(backend, layout)
      into.push(info)
      return info
    }
  const inLayout = (x: TensorInfo, layout: Layout): TensorInfo => {
    const there = laid(backend, x, layout)
    if (there !== x) temporaries.push(there)
    return there
  }
  const constant = (into: TensorInfo[], x: number): TensorInfo => {
    const info = backend.makeTensorInfo([], 'float32', Float32Array.of(x))
    into.push(info)
    return info
  }
  try {
    return use({
      backend,
      temporary: drawn(temporaries),
      result: drawn(results),
      constant: (x) => constant(results, x),
      laid: inLayout,
      texture: (x) => inLayout(typeof x === 'number' ? constant(temporaries, x) : x, SCALAR),
      number: (x) => (typeof x === 'number' ? x : ((backend.readSync(x.dataId) as Float32Array)[0] as number)),
    })
  } catch (error) {
    for (const info of results) backend.disposeIntermediateTensorInfo(info)
    throw error
  } finally {
    for (const info of temporaries) backend.disposeIntermediateTensorInfo(info)
  }
}

/** Scalars as a shader's uniform `u`; one array as long as they are the same. */
export const uniformsOf = (values: (leaf: Env) => readonly number[]): ((env: Env) => Float32Array) => {
  let last: readonly number[] | undefined
  let sent = new Float32Array(0)
  return (env) => {
    const now = values(env)
    if (now !== last) sent = Float32Array.from(now)
    last = now
    return sent
  }
}
