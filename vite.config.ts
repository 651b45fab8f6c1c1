import { defineConfig, type Plugin } from 'vite'

/** `new URL('…', import.meta.url)` is for the users' bundlers: Vite would put the file into the code. */
const urlsAsWritten: Plugin = {
  name: 'urls-as-written',
  enforce: 'pre',
  transform: (code) => ({ code: code.replaceAll('import.meta.url', '__HERE__'), map: null }),
  renderChunk: (code) => ({ code: code.replaceAll('__HERE__', 'import.meta.url'), map: null }),
}

/**
 * The library's entries, with fp-ts, io-ts and pure-rand inlined, so that a page without a bundler can import them. A module
 * stays a module: of a page's bundle it is then in or out as a whole (`adamw` alone: 11 kB; of one file for all rules: 20 kB).
 */
export default defineConfig({
  plugins: [urlsAsWritten],
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
        preserveModules: true,
        preserveModulesRoot: import.meta.dirname,
        // npm packs no folder of this name.
        entryFileNames: ({ name }) => `${name.replace('node_modules', 'inlined')}.js`,
      },
    },
  },
})
