import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { engine, env, setBackend } from '@tensorflow/tfjs-core'
import { mistake } from '../failure.js'
import { type WasmFile, type WasmPaths, wasmFiles } from './wasmfiles.js'

/**
 * Starts TensorFlow.js's WASM back end, with its files where `paths` says, or where they are found.
 *
 * @throws where they are not, or it does not start for another reason.
 */
export const startWasm = async (paths?: WasmPaths): Promise<void> => {
  const running = 'wasm' in engine().registry
  if (!running) await withoutBrokenThreads()
  const looked = running || !env().getBool('IS_BROWSER') ? undefined : await wasmFiles(await neededFile(), paths)
  if (looked?.missing && paths !== undefined) throw mistake('useWasm', looked.missing, REMEDY)
  const known = looked?.found ?? paths
  if (known !== undefined && !running) setWasmPaths(known as string)
  if (await withoutListeners(() => setBackend('wasm'))) return
  throw mistake('useWasm', `tfjs's WASM back end did not start${looked?.missing ? `: ${looked.missing}` : ''}`, REMEDY)
}

const REMEDY = "tfjs's .wasm files (@tensorflow/tfjs-backend-wasm/dist) to be served where useWasm({ paths }) says"

/**
 * tfjs gives its threads the text of a function in which `typeof _scriptDir !== 'undefined'` asks for a name that they lack. A
 * minifier that writes `_scriptDir !== void 0` (Vite's, terser) breaks them, and tfjs waits for them forever. It has then
 * written the same here.
 */
const isThere = (scriptDir?: string): boolean => typeof scriptDir !== 'undefined'

const withoutBrokenThreads = async (): Promise<void> => {
  if (isThere.toString().includes('typeof') || !(await env().getAsync(THREADS))) return
  console.warn('useWasm: no threads, as the minifier broke those of tfjs: docs/browsers.md says how to keep them')
  env().set(THREADS, false)
}

const THREADS = 'WASM_HAS_MULTITHREAD_SUPPORT'

/** tfjs chooses by the same two. */
const neededFile = async (): Promise<WasmFile> => {
  if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) return 'tfjs-backend-wasm.wasm'
  const threads = await env().getAsync(THREADS)
  return threads ? 'tfjs-backend-wasm-threaded-simd.wasm' : 'tfjs-backend-wasm-simd.wasm'
}

interface Emitter {
  listeners(event: string): readonly unknown[]
  removeListener(event: string, listener: unknown): void
}

const CRASHES = ['uncaughtException', 'unhandledRejection'] as const

/**
 * In Node, tfjs's module listens for uncaught errors only to throw them again from its own code, and Node then prints the
 * line that threw: 30 kB of it. These listeners go, those of others stay.
 */
const withoutListeners = async <A>(start: () => Promise<A>): Promise<A> => {
  const { process } = globalThis as { process?: Emitter }
  if (!process?.listeners) return start()
  const before = CRASHES.map((event) => process.listeners(event))
  const result = await start()
  for (const [i, event] of CRASHES.entries())
    for (const listener of process.listeners(event))
      if (!before[i]?.includes(listener)) process.removeListener(event, listener)
  return result
}
