import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Tests and examples say `gradus`, as users do, and get the source. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradus$/, replacement: source('src/index.ts') },
      { find: /^gradus\/laws$/, replacement: source('laws/index.ts') },
      { find: /^gradus\/plot$/, replacement: source('src/plot.ts') },
      { find: /^gradus\/presets$/, replacement: source('src/presets/index.ts') },
      { find: /^gradus\/schedule$/, replacement: source('src/schedule/index.ts') },
      { find: /^gradus\/wasm$/, replacement: source('src/wasm.ts') },
    ],
  },
  test: { include: ['test/**/*.test.ts'], pool: 'forks', maxWorkers: 2, testTimeout: 120_000 },
})
