/**
 * Where a browser finds the three `.wasm` files of TensorFlow.js's WASM back end, of which it needs one.
 *
 * The page's import map tells, if it has one. Bundlers that take `new URL('…', import.meta.url)` for a file (Vite, webpack) serve it and
 * write its address there. Where it stays as it is, or was taken for a path (Vite's development server does), the package may
 * still stand beside gradus, as it does in node_modules.
 */
const BUNDLED = {
  'tfjs-backend-wasm.wasm': () => new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm', import.meta.url),
  'tfjs-backend-wasm-simd.wasm': () =>
    new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm', import.meta.url),
  'tfjs-backend-wasm-threaded-simd.wasm': () =>
    new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm', import.meta.url),
} as const

export type WasmFile = keyof typeof BUNDLED
/** As tfjs takes them: the URL of their folder, with a slash at its end, or the URL of each by name. */
export type WasmPaths = string | Readonly<Record<string, string>>
type Place = (file: WasmFile) => string | undefined

const mapped: Place = (file) => {
  try {
    return (import.meta as Partial<ImportMeta>).resolve?.(`@tensorflow/tfjs-backend-wasm/dist/${file}`)
  } catch {
    // No import map has this package.
    return undefined
  }
}

const bundled: Place = (file) => BUNDLED[file]().href

const beside: Place = (file) => bundled(file)?.replace(/(gradus\/dist|\.vite\/deps)\/.*(?=@tensorflow\/)/, '')

const told =
  (paths: WasmPaths): Place =>
  (file) =>
    typeof paths === 'string' ? paths + file : paths[file]

/** What a server has instead of a WebAssembly module; it may well answer with a page. Nothing, if one is there. */
const instead = async (url: string): Promise<string | undefined> => {
  try {
    // Its first bytes are enough, where the server gives parts; where not, the browser has it when tfjs asks.
    const response = await fetch(url, { credentials: 'same-origin', headers: { Range: 'bytes=0-3' } })
    if (!response.ok) return `${response.status}`
    const [a, b, c, d] = new Uint8Array(await response.arrayBuffer())
    return a === 0 && `${b},${c},${d}` === '97,115,109' ? undefined : `${response.headers.get('content-type')}`
  } catch (error) {
    return (error as Error).message
  }
}

/** All three, from the first place that has the one that is needed; or what stands in its place, in words. */
export interface Looked {
  readonly found?: Readonly<Record<WasmFile, string>>
  readonly missing?: string
}

/** tfjs can look only once, and prints a page when there is nothing: so we look before it does. */
export const wasmFiles = async (file: WasmFile, paths?: WasmPaths): Promise<Looked> => {
  const missing = new Map<string | undefined, string>()
  for (const place of paths === undefined ? [mapped, bundled, beside] : [told(paths)]) {
    const url = place(file)
    if (missing.has(url)) continue
    const other = url === undefined ? undefined : await instead(url)
    if (url !== undefined && other === undefined) {
      const found = Object.keys(BUNDLED).map((name) => [name, place(name as WasmFile)])
      return { found: Object.fromEntries(found) as Record<WasmFile, string> }
    }
    if (other) missing.set(url, other)
  }
  const where = [...missing].map(([url, other]) => `at ${url} (${other})`)
  return { missing: `${file} is not ${where.join(' nor ') || 'among the paths'}` }
}
