/** Headers of a page from which no other origin's can be reached: there tfjs's WASM back end has threads. */
export const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}
