import * as tf from '@tensorflow/tfjs'

/** A tensor as data: what a kernel is given on one back end and another. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
  readonly dtype?: 'float32' | 'int32'
}

type Inputs = Readonly<Record<string, Numbers>> | readonly Numbers[]

const eachOf = <A>(inputs: Inputs, make: (x: Numbers) => A): A[] | Record<string, A> =>
  Array.isArray(inputs)
    ? inputs.map(make)
    : Object.fromEntries(Object.entries(inputs as Record<string, Numbers>).map(([name, x]) => [name, make(x)]))

/** What tfjs's own kernel makes on its CPU back end, while another is set. */
export const onCpu = (name: string, inputs: Inputs, attrs: object): Numbers => {
  const backend = tf.findBackend('cpu') as tf.KernelBackend & {
    makeTensorInfo(shape: number[], dtype: string, values: unknown): tf.TensorInfo
  }
  const made: object[] = []
  const place = ({ shape, values, dtype = 'float32' }: Numbers): tf.TensorInfo => {
    const typed = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
    const info = backend.makeTensorInfo([...shape], dtype, typed)
    made.push(info.dataId)
    return info
  }
  const given = eachOf(inputs, place)
  const { kernelFunc } = tf.getKernel(name, 'cpu')
  const { dataId, shape } = kernelFunc({ inputs: given as never, backend, attrs: attrs as never }) as tf.TensorInfo
  const values = (backend.readSync(dataId) as Float32Array).slice()
  for (const id of new Set([...made, dataId])) backend.disposeData(id)
  return { shape, values }
}

/** What the current back end makes, through the engine as `tf.*` calls it. */
export const onWasm = (name: string, inputs: Inputs, attrs: object): Numbers =>
  tf.tidy(() => {
    const given = eachOf(inputs, ({ values, shape, dtype = 'float32' }) =>
      tf.tensor(dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values), [...shape], dtype),
    )
    const { shape, ...made } = tf.engine().runKernel(name, given as never, attrs as never) as tf.Tensor
    return { shape, values: (tf.engine().backend.readSync(made.dataId) as Float32Array).slice() }
  })

/** The largest difference, relative to the largest number that was expected; infinite where shapes differ. */
export const apart = (got: Numbers, expected: Numbers, scale = largest(expected)): number => {
  if (String(got.shape) !== String(expected.shape)) return Number.POSITIVE_INFINITY
  const gaps = Array.from(expected.values, (x, i) => Math.abs((got.values[i] as number) - x))
  return gaps.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...gaps) / (scale || 1)
}

export const largest = ({ values }: Numbers): number => Math.max(0, ...Array.from(values, Math.abs))

/** A mistake's line; nothing where there was none. */
export const lineOf = (f: () => unknown): string => {
  try {
    f()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
