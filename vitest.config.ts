import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromium, FLAGS } from './test/browser/chromium.ts'

const source = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Tests and examples say `gradus`, as users do, and get the source. */
const alias = [
  { find: /^gradus$/, replacement: source('src/index.ts') },
  { find: /^gradus\/laws$/, replacement: source('laws/index.ts') },
  { find: /^gradus\/plot$/, replacement: source('src/plot.ts') },
  { find: /^gradus\/presets$/, replacement: source('src/presets/index.ts') },
  { find: /^gradus\/schedule$/, replacement: source('src/schedule/index.ts') },
  { find: /^gradus\/wasm$/, replacement: source('src/wasm.ts') },
  { find: /^gradus\/webgl$/, replacement: source('src/webgl.ts') },
]

/** Found late, they would make Vite load the page again in the middle of a test. */
const DEPENDENCIES = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients.js',
  'fast-check',
  'fp-ts/lib/Either.js',
  'fp-ts/lib/Monoid.js',
  'fp-ts/lib/TaskEither.js',
  'io-ts/lib/index.js',
  'pure-rand/distribution/uniformInt',
  'pure-rand/generator/xoroshiro128plus',
]

const ON_WASM = { include: ['test/browser/**/*.test.ts'], exclude: ['test/browser/webgl/**'] }
const ON_WEBGL = { include: ['test/browser/webgl/**/*.test.ts'] }

/** In a real browser; where the page is isolated from other origins, tfjs's WASM back end has threads. */
const inBrowser = (name: string, groupOrder: number, headers: Record<string, string>, tests = ON_WASM) => ({
  resolve: { alias },
  server: { headers },
  optimizeDeps: { include: DEPENDENCIES },
  cacheDir: `node_modules/.vite/${name}`,
  test: {
    name,
    ...tests,
    testTimeout: 120_000,
    sequence: { groupOrder },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: chromium(), args: [...FLAGS] } }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
})

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          sequence: { groupOrder: 0 },
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
        },
      },
      inBrowser('chromium', 1, {}),
      inBrowser('chromium, threads', 2, {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      }),
      inBrowser('webgl', 3, {}, ON_WEBGL),
    ],
  },
})
