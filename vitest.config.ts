import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url))

/** Tests and examples say `gradus`, as users do, and get the source. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradus$/, replacement: source('index.ts') },
      { find: /^gradus\/plot$/, replacement: source('plot.ts') },
      { find: /^gradus\/presets$/, replacement: source('presets/index.ts') },
      { find: /^gradus\/schedule$/, replacement: source('schedule/index.ts') },
      { find: /^gradus\/wasm$/, replacement: source('wasm.ts') },
    ],
  },
  test: { include: ['test/**/*.test.ts'], pool: 'forks', maxWorkers: 2, testTimeout: 120_000 },
})
