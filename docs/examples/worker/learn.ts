import '@tensorflow/tfjs'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import { adam, batches, begin, fit, initializer, schedule, show, tree } from 'gradus'
import { useWasm } from 'gradus/wasm'
import type { Gate } from './gate.ts'
import { loss, picture, spirals, weights } from './spirals.ts'

/** What one hears of a training: the losses since the last time, what the network says of each pixel, and the end. */
export interface News {
  readonly losses: readonly number[]
  readonly picture?: Float32Array
  readonly ended?: string
}

export interface Control {
  readonly steps: number
  readonly gate: Gate
  readonly signal: AbortSignal
}

export const SIZE = 64
/** In ms: more often nobody can see it. */
const BETWEEN = 50

/** The training, whole. It knows nothing of where it runs. */
export const learn = async ({ steps, gate, signal }: Control, tell: (news: News) => void): Promise<void> => {
  await useWasm({
    // Of gradus as source; where it is installed, Vite finds them by itself.
    paths: {
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threads,
    },
  })
  const optimizer = adam({ lr: schedule.cosine({ from: 0.02, to: 0.001, over: steps }) })
  const [params, data] = [weights(initializer(7)), spirals(200)]
  const carry = begin(optimizer, params)

  let losses: number[] = []
  let told = performance.now()
  const source = batches(data, { size: 100, seed: 1, epochs: steps / 4 })
  const result = await fit({ loss, optimizer, signal }, carry, source, async ({ loss, carry }) => {
    losses.push(loss)
    if (performance.now() - told >= BETWEEN) {
      tell({ losses, picture: await picture(carry.params, SIZE) })
      losses = []
      told = performance.now()
    }
    await gate.through()
  })()

  if (result._tag === 'Left') tell({ losses, ended: show(result.left) })
  else {
    const { t, params } = result.right
    tell({
      losses,
      picture: await picture(params, SIZE),
      ended: `${t === steps ? 'Learned' : 'Stopped'} after ${t} steps.`,
    })
  }
  tree.dispose([params, data, result._tag === 'Left' ? result.left.carry : result.right])
}
