import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Here, `gradus` is the source beside this folder; a project that has it installed needs nothing of this file. */
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradus$/, replacement: at('../../../src/index.ts') },
      { find: /^gradus\/wasm$/, replacement: at('../../../src/wasm.ts') },
    ],
  },
  server: { fs: { allow: [at('../../..')] } },
  cacheDir: at('../../../node_modules/.vite/example-worker'),
  // Found late, they would make Vite load the page again.
  optimizeDeps: { include: ['@tensorflow/tfjs-core/dist/register_all_gradients.js'] },
  build: { target: 'es2022' },
})
