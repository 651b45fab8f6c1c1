import type { DataId, DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/** TensorFlow.js's WebGL back end, as far as gradus uses it. */
export interface WebglBackend extends KernelBackend {
  readonly gpgpu: {
    readonly gl: WebGL2RenderingContext
    createProgram(fragmentShader: WebGLShader): WebGLProgram & { readonly vao: WebGLVertexArrayObject }
    setProgram(program: WebGLProgram): void
    buildVao(program: WebGLProgram): void
    bindVertexArray(vao: WebGLVertexArrayObject): void
  }
  readonly texData: { get(dataId: DataId): TextureData }
  makeTensorInfo(shape: number[], dtype: DataType, values?: Float32Array): TensorInfo
  /** Gives a tensor a texture: with its values, where it has any on the CPU. */
  uploadToGPU(dataId: DataId): void
  incRef(dataId: DataId): void
  disposeIntermediateTensorInfo(info: TensorInfo): void
}

/** Where a tensor's numbers are. */
export interface TextureData {
  /** None as long as they are on the CPU alone. */
  readonly texture: { readonly texture: WebGLTexture } | null | undefined
  /** Rows and columns of numbers; a packed texel has two of each. */
  texShape: [rows: number, columns: number] | null | undefined
  /** Four numbers a texel, not one. */
  isPacked?: boolean
  /** The shape by which it was packed; a tensor that was reshaped may have another. */
  shape: number[]
  /** Of a tensor that is a part of another one's texture. */
  readonly slice?: { readonly flatOffset: number } | null
}
