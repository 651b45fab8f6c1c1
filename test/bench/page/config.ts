import { fileURLToPath } from 'node:url'
import type { InlineConfig } from 'vite'
import { ISOLATED } from '../../browser/isolated.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** How the page is served: isolated from other origins, so that WASM can have threads. */
export const config: InlineConfig = {
  root: at('.'),
  configFile: false,
  cacheDir: at('../../../node_modules/.vite/bench'),
  optimizeDeps: {
    entries: ['index.html', 'frame.html'],
    include: ['@tensorflow/tfjs-core/dist/register_all_gradients.js'],
  },
  server: {
    fs: { allow: [at('../../..')] },
    headers: ISOLATED,
  },
}
