import { webgl_util } from '@tensorflow/tfjs-backend-webgl'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { madeOnce } from '../once.js'
import type { WebglBackend } from './backend.js'
import type { Layout } from './layout.js'

/**
 * Draws into textures: a fragment shader is run for every texel of its outputs, which are of one size, up to four at a time. A
 * program knows no shapes, only uniforms, so one serves all tensors, and it is compiled once for each source.
 *
 * In a shader the inputs are `x0`, `x1`, … and the outputs `y0`, `y1`, …, as `declared` writes them down.
 */
export const MOST_OUTPUTS = 4
/** Every WebGL 2 has as many. */
export const MOST_INPUTS = 16

export type Uniforms = Readonly<Record<string, Int32Array | Float32Array>>

interface Program {
  readonly program: ReturnType<WebglBackend['gpgpu']['createProgram']>
  readonly locations: Map<string, WebGLUniformLocation | null>
  /** What was set last: equal arrays are not sent again. */
  readonly sent: Map<string, Int32Array | Float32Array>
}

export const declared = (inputs: number, outputs: number): string =>
  [
    ...Array.from({ length: inputs }, (_, i) => `uniform sampler2D x${i};`),
    ...Array.from({ length: outputs }, (_, i) => `layout(location = ${i}) out vec4 y${i};`),
  ].join('\n')

const compile = ({ gpgpu }: WebglBackend, source: string): Program => {
  const { gl } = gpgpu
  const program = gpgpu.createProgram(webgl_util.createFragmentShader(gl, source))
  gpgpu.buildVao(program)
  for (let i = 0; i < MOST_INPUTS; i++) {
    const sampler = gl.getUniformLocation(program, `x${i}`)
    if (sampler) gl.uniform1i(sampler, i)
  }
  return { program, locations: new Map(), sent: new Map() }
}

const programs = madeOnce((_: WebglBackend) => new Map<string, Program>())

const programOf = (backend: WebglBackend, source: string): Program => {
  const all = programs(backend)
  const program = all.get(source) ?? compile(backend, source)
  all.set(source, program)
  return program
}

/** A framebuffer for each number of outputs. */
const framebuffers = madeOnce((_: WebglBackend): WebGLFramebuffer[] => [])

const target = (backend: WebglBackend, textures: readonly WebGLTexture[]): void => {
  const { gl } = backend.gpgpu
  const all = framebuffers(backend)
  const points = textures.map((_, i) => gl.COLOR_ATTACHMENT0 + i)
  const made = all[textures.length]
  const framebuffer = made ?? gl.createFramebuffer()
  all[textures.length] = framebuffer
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  if (!made) gl.drawBuffers(points)
  for (const [i, texture] of textures.entries())
    gl.framebufferTexture2D(gl.FRAMEBUFFER, points[i] as number, gl.TEXTURE_2D, texture, 0)
}

const textureOf = (backend: WebglBackend, { dataId }: TensorInfo): WebGLTexture =>
  (backend.texData.get(dataId).texture as { texture: WebGLTexture }).texture

/** Sends a uniform that the shader has. */
const send = (gl: WebGL2RenderingContext, { program, locations, sent }: Program, uniforms: Uniforms): void => {
  for (const [name, values] of Object.entries(uniforms)) {
    if (sent.get(name) === values || values.length === 0) continue
    sent.set(name, values)
    if (!locations.has(name)) locations.set(name, gl.getUniformLocation(program, name))
    const location = locations.get(name) as WebGLUniformLocation | null
    if (values instanceof Int32Array) gl.uniform1iv(location, values)
    else gl.uniform1fv(location, values)
  }
}

/** `inputs` have textures; `outputs` are of this layout. */
export const draw = (
  backend: WebglBackend,
  source: string,
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  { width, height }: Layout,
  uniforms: Uniforms,
): void => {
  const { gpgpu } = backend
  const { gl } = gpgpu
  const found = programOf(backend, source)
  gpgpu.setProgram(found.program)
  gpgpu.bindVertexArray(found.program.vao)
  target(
    backend,
    outputs.map((output) => textureOf(backend, output)),
  )
  gl.viewport(0, 0, width, height)
  gl.scissor(0, 0, width, height)
  for (const [i, input] of inputs.entries()) {
    gl.activeTexture(gl.TEXTURE0 + i)
    gl.bindTexture(gl.TEXTURE_2D, textureOf(backend, input))
  }
  send(gl, found, uniforms)
  gl.drawElements(gl.TRIANGLES, 6, gl.UNSIGNED_SHORT, 0)
}
