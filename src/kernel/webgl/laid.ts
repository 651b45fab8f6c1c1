import { webgl_util } from '@tensorflow/tfjs-backend-webgl'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { shader } from '../../expr/glsl.js'
import { mistake } from '../../failure.js'
import type { WebglBackend } from './backend.js'
import { declared, draw } from './draw.js'
import { blank, LANES, type Layout, layoutOf } from './layout.js'

/**
 * Brings a tensor into a layout. Most are there already: products and elementwise operations leave packed textures. What is not,
 * the unpacked result of a convolution or a sum, a slice or a part of another texture, or what is to be broadcast, is laid out
 * anew by one program for all shapes.
 */

/** The tensor itself, or a new one that is to be disposed. */
export const laid = (backend: WebglBackend, x: TensorInfo, layout: Layout): TensorInfo => {
  if (isLaid(backend, x, layout)) return x
  return relaid(backend, x, layout)
}

const isLaid = (backend: WebglBackend, x: TensorInfo, { size, width, height, shape }: Layout): boolean => {
  const data = backend.texData.get(x.dataId)
  if (!data.texture) {
    // As tfjs does for its own packed programs.
    data.isPacked = true
    data.shape = x.shape
    backend.uploadToGPU(x.dataId)
  }
  if (data.slice || data.texShape == null) return false
  // Packed or not, one number is the first texel's first.
  if (size === 1) return true
  const [rows, columns] = data.texShape
  if (!data.isPacked || Math.ceil(columns / 2) !== width || Math.ceil(rows / 2) !== height) return false
  if (equal(data.shape, shape)) return equal(x.shape, shape)
  return sizeOf(x.shape) === size && webgl_util.isReshapeFree(data.shape, [...shape])
}

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((n, k) => n === b[k]))
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Dimensions of a tensor at most, in tfjs. */
const RANK = 6

const SOURCE = shader(`${declared(1, 1)}
${LANES}
uniform int from[4]; // the texture's width, and packed: texels in two rows, rows, columns; not packed: 0, 0 and where it begins
uniform int sizes[${RANK}];
uniform int strides[${RANK}];
float number(int place) {
  if (from[1] == 0) return texelFetch(x0, ivec2((place + from[3]) % from[0], (place + from[3]) / from[0]), 0).r;
  int column = place % from[3];
  int row = place / from[3] % from[2];
  int texel = (place / from[3] / from[2] * ((from[2] + 1) / 2) + row / 2) * from[1] + column / 2;
  vec4 four = texelFetch(x0, ivec2(texel % from[0], texel / from[0]), 0);
  return row % 2 == 0 ? (column % 2 == 0 ? four.r : four.g) : (column % 2 == 0 ? four.b : four.a);
}
float element(int i) {
  int place = 0;
  for (int k = ${RANK - 1}; k >= 0; k--) {
    place += i % sizes[k] * strides[k];
    i /= sizes[k];
  }
  return number(place);
}
void main() {
  int texel = int(gl_FragCoord.y) * grid[0] + int(gl_FragCoord.x);
  uvec4 there = lanes(texel);
  int rows = (grid[2] + 1) / 2;
  int first = (texel / (grid[1] * rows) * grid[2] + texel / grid[1] % rows * 2) * grid[3] + texel % grid[1] * 2;
  y0 = vec4(0.0);
  if (there.x != 0u) y0.r = element(first);
  if (there.y != 0u) y0.g = element(first + 1);
  if (there.z != 0u) y0.b = element(first + grid[3]);
  if (there.w != 0u) y0.a = element(first + grid[3] + 1);
}`)

const relaid = (backend: WebglBackend, x: TensorInfo, layout: Layout): TensorInfo => {
  const { isPacked, slice, shape, texShape } = backend.texData.get(x.dataId)
  const [, columns] = texShape as [number, number]
  const from = isPacked
    ? [Math.ceil(columns / 2), ...layoutOf(shape).grid.subarray(1, 4)]
    : [columns, 0, 0, slice?.flatOffset ?? 0]
  const { sizes, strides } =
    sizeOf(x.shape) === layout.size ? steps([layout.size], [layout.size]) : steps(x.shape, layout.shape)
  const result = blank(backend, layout)
  draw(backend, SOURCE, [x], [result], layout, { grid: layout.grid, from: Int32Array.from(from), sizes, strides })
  return result
}

/** How a tensor is gone through along the dimensions of the shape that it is broadcast to. */
const steps = (shape: readonly number[], whole: readonly number[]) => {
  if (whole.length > RANK)
    throw mistake('elementwise', `[${shape}] is to be broadcast to [${whole}]`, `${RANK} dimensions at most`)
  const sizes = new Int32Array(RANK).fill(1)
  const strides = new Int32Array(RANK)
  let stride = 1
  for (let k = 1; k <= whole.length; k++) {
    const size = shape.at(-k) ?? 1
    sizes[RANK - k] = whole.at(-k) as number
    strides[RANK - k] = size === 1 ? 0 : stride
    stride *= size
  }
  return { sizes, strides }
}
