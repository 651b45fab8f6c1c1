import { setImmediate } from 'node:timers/promises'
import { randomUniform, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { logitsOf, type Params, type Size } from './model.ts'

/**
 * What the model writes, symbol after symbol, each drawn from its own prediction:
 *
 *     p ∝ exp(logits / temperature)          below 1, likely symbols are drawn more often
 *
 * Nothing, if the signal came before the end.
 */
export const sample = async (
  size: Size,
  params: Params,
  { prompt, length, seed, temperature = 0.8 }: Sampling,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> => {
  const written = [...prompt]
  const chances = tidy(() => randomUniform([length], 0, 1, 'float32', seed).dataSync())
  for (const chance of chances) {
    const seen = written.slice(-size.context)
    const logits = tidy(() => {
      const tokens = tensor2d(seen, [1, seen.length], 'int32') as Tensor2D
      return logitsOf(size, params, tokens)
        .slice([seen.length - 1, 0])
        .dataSync()
    })
    written.push(drawn(logits, temperature, chance))
    await setImmediate()
    if (signal.aborted) return undefined
  }
  return written.slice(prompt.length)
}

export interface Sampling {
  readonly prompt: readonly number[]
  readonly length: number
  readonly seed: number
  readonly temperature?: number
}

const drawn = (logits: ArrayLike<number>, temperature: number, chance: number): number => {
  const scaled = Array.from(logits, (x) => x / temperature)
  const top = Math.max(...scaled)
  const weights = scaled.map((x) => Math.exp(x - top))
  let rest = chance * weights.reduce((a, b) => a + b, 0)
  const found = weights.findIndex((w) => {
    rest -= w
    return rest < 0
  })
  return Math.max(found, 0)
}

/** Text that is safe to print: line ends as they are, every other control or invisible character as a dot. */
export const printable = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/[^\P{C}\n]/gu, '·')
