import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumOrExit, FLAGS } from './test/browser/chromium.ts'
import { ISOLATED } from './test/browser/isolated.ts'
import { nodeOnly, notOnWebgl, webglOnly, withoutTensors } from './test/browser/scope.ts'

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

/** Where a page finds what tfjs compiles. */
const wasm = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/'

/** In a real browser, one page for all files. */
const inBrowser = (name: string, groupOrder: number, backend: 'wasm' | 'webgl', exclude: object[], headers = {}) => ({
  resolve: { alias },
  server: { headers },
  optimizeDeps: { include: DEPENDENCIES },
  cacheDir: `node_modules/.vite/${name}`,
  test: {
    name,
    include: ['test/**/*.test.ts'],
    exclude: [nodeOnly, ...exclude].flatMap(Object.keys),
    setupFiles: ['test/browser/setup.ts'],
    // A draw takes a browser without a graphics card 0.1 ms and more.
    provide: { backends: [backend] as const, wasm, runs: backend === 'webgl' ? 3 : 20 },
    isolate: false,
    fileParallelism: false,
    testTimeout: 120_000,
    sequence: { groupOrder },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: chromiumOrExit(), args: [...FLAGS] } }),
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
          provide: { backends: ['wasm', 'cpu'], runs: 100 },
          sequence: { groupOrder: 0 },
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
        },
      },
      inBrowser('chromium', 1, 'wasm', [webglOnly]),
      inBrowser('chromium, threads', 1, 'wasm', [webglOnly, withoutTensors], ISOLATED),
      inBrowser('chromium, WebGL', 1, 'webgl', [notOnWebgl, withoutTensors]),
    ],
  },
})
