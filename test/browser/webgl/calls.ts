/** How often each of these is called on WebGL's context while `run` runs; of shaders, those that are ours. */
export interface Calls {
  readonly shaders: number
  readonly textures: number
  readonly reads: number
}

const isOurs = (source: unknown): boolean => String(source).includes('uniform float zero;')

export const callsOf = (run: () => void): Calls => {
  const counts = { shaders: 0, textures: 0, reads: 0 }
  const prototype = WebGL2RenderingContext.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
  const counted = {
    shaderSource: (_: unknown, source: unknown) => {
      if (isOurs(source)) counts.shaders++
    },
    createTexture: () => counts.textures++,
    readPixels: () => counts.reads++,
    getBufferSubData: () => counts.reads++,
  }
  const own = Object.keys(counted).map((name) => [name, prototype[name]] as const)
  for (const [name, count] of Object.entries(counted)) {
    const call = prototype[name] as (...args: unknown[]) => unknown
    prototype[name] = function (this: unknown, ...args: unknown[]) {
      ;(count as (...args: unknown[]) => void)(...args)
      return call.apply(this, args)
    }
  }
  try {
    run()
  } finally {
    for (const [name, call] of own) prototype[name] = call as (...args: unknown[]) => unknown
  }
  return counts
}
