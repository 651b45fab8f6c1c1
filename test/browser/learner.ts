import { useWasm } from 'gradus/wasm'
import { learn, WASM } from './task.ts'

/** In a worker: tells of each step, until it is told to stop; then, what was learned. */
let told = false
addEventListener('message', () => {
  told = true
})

await useWasm({ paths: WASM })
postMessage({
  learned: await learn(({ t }) => {
    postMessage({ t })
    return !told
  }),
})
