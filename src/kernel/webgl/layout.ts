import { webgl_util } from '@tensorflow/tfjs-backend-webgl'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WebglBackend } from './backend.js'

/**
 * How TensorFlow.js packs a tensor of a shape into a texture. A texel holds two by two numbers of a matrix, matrices follow one
 * another, and where a matrix has an odd number of rows or columns some lanes of its last texels are padding.
 *
 *     [2, 3]:   0 1 | 2 .
 *               3 4 | 5 .
 *
 * Of a vector each texel holds two numbers. tfjs's products count on it that padding is 0.
 */
export interface Layout {
  readonly shape: readonly number[]
  readonly size: number
  readonly texShape: readonly [rows: number, columns: number]
  readonly width: number
  readonly height: number
  /** Whether any texel with numbers in it has other lanes, too. */
  readonly isPadded: boolean
  /** Texels with numbers in them; the texture may have some more. */
  readonly texels: number
  /** The texture's width, texels in two rows of a matrix, rows and columns of a matrix, texels: a shader's `grid`. */
  readonly grid: Int32Array
}

const known = new Map<string, Layout>()

export const layoutOf = (shape: readonly number[]): Layout => {
  const key = shape.join()
  const found = known.get(key) ?? made(shape)
  known.set(key, found)
  return found
}

const made = (shape: readonly number[]): Layout => {
  const size = shape.reduce((a, b) => a * b, 1)
  const [rows = 1, columns = 1] = [shape.at(-2), shape.at(-1)]
  const across = Math.ceil(columns / 2)
  const texels = size === 0 ? 0 : across * Math.ceil(rows / 2) * (size / (rows * columns))
  const texShape = webgl_util.getTextureShapeFromLogicalShape([...shape], true)
  const [height, width] = texShape.map((n) => Math.max(1, Math.ceil(n / 2))) as [number, number]
  const isPadded = rows % 2 === 1 || columns % 2 === 1
  return {
    shape,
    size,
    texShape,
    width,
    height,
    texels,
    isPadded,
    grid: Int32Array.of(width, across, rows, columns, texels),
  }
}

/** Of one number. */
export const SCALAR: Layout = {
  shape: [],
  size: 1,
  texShape: [1, 1],
  width: 1,
  height: 1,
  texels: 1,
  isPadded: true,
  grid: Int32Array.of(1, 1, 1, 1, 1),
}

/** Room for so many texels, of which none is padding. */
export const layoutFor = (texels: number): Layout => {
  const width = Math.ceil(Math.sqrt(texels))
  return texels === 1 ? SCALAR : layoutOf([2 * Math.ceil(texels / width), 2 * width])
}

/** A new tensor whose texture is yet to be drawn. */
export const blank = (backend: WebglBackend, { shape, size, texShape }: Layout): TensorInfo => {
  if (size === 0) return backend.makeTensorInfo([...shape], 'float32', new Float32Array(0))
  const info = backend.makeTensorInfo([...shape], 'float32')
  const data = backend.texData.get(info.dataId)
  data.isPacked = true
  data.texShape = [...texShape]
  backend.uploadToGPU(info.dataId)
  return info
}

/** In GLSL: the layout of what is read or drawn. */
export const GRID = 'uniform int grid[5];'

/** And which lanes of the i-th texel hold numbers, as masks. */
export const LANES = `${GRID}
uvec4 lanes(int texel) {
  int down = (texel / grid[1]) % ((grid[2] + 1) / 2);
  uint right = texel % grid[1] * 2 + 1 < grid[3] ? 0xffffffffu : 0u;
  uint below = down * 2 + 1 < grid[2] ? 0xffffffffu : 0u;
  return texel < grid[4] ? uvec4(0xffffffffu, right, below, right & below) : uvec4(0u);
}`
