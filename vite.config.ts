import { defineConfig } from 'vite'

/** The library's entries, with fp-ts, io-ts and pure-rand inlined, so that a page without a bundler can import them. */
export default defineConfig({
  // The CommonJS build cannot be shaken: 28 kB for two constructors.
  resolve: { alias: [{ find: /^(fp-ts|io-ts)\/lib\/(.*)\.js$/, replacement: '$1/es6/$2.js' }] },
  build: {
    target: 'es2022',
    minify: false,
    sourcemap: true,
    emptyOutDir: true,
    lib: {
      entry: {
        index: 'src/index.ts',
        laws: 'laws/index.ts',
        main: 'laws/check/main.ts',
        plot: 'src/plot.ts',
        presets: 'src/presets/index.ts',
        schedule: 'src/schedule/index.ts',
        wasm: 'src/wasm.ts',
        webgl: 'src/webgl.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external: [/^@tensorflow\//, /^echarts\//, /^node:/, '#gradients', 'commander', 'fast-check'],
      output: {
        chunkFileNames: 'chunk-[hash].js',
        // What runs on WebGL stands apart too: who runs elsewhere need not have tfjs's back end for it.
        // The codecs know everything, so they stand apart: who imports an optimizer does not get them.
        codeSplitting: {
          groups: [
            { name: 'schedules', test: /src.(schedule|failure)/, priority: 4 },
            {
              name: 'optimizers',
              test: /src.(expr(?!.glsl)|kernel(?!.webgl)|rule|optimizer|tree|built|where|random)/,
              priority: 3,
            },
            { name: 'frameworks', test: /src.presets/, priority: 2 },
            { name: 'config', test: /src.config|io-ts/, priority: 1 },
          ],
        },
      },
    },
  },
})
