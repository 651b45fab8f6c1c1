import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** `npm run laws`, bundled first: as it is written it would take twice as long, for tsx keeps the name of every function that is made. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradus$/, replacement: at('../../src/index.ts') },
      { find: /^gradus\/laws$/, replacement: at('../../laws/index.ts') },
      { find: /^gradus\/(.*)$/, replacement: at('../../src/$1') },
    ],
  },
  build: {
    ssr: true,
    target: 'node20',
    outDir: at('../../out/laws'),
    emptyOutDir: true,
    rolldownOptions: { input: { main: at('main.ts'), worker: at('worker.ts') } },
  },
})
