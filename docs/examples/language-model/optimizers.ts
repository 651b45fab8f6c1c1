import { readFile } from 'node:fs/promises'
import {
  adagrad,
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  decodeOptimizer,
  type Hyper,
  momentum,
  nesterov,
  type Optimizer,
  rmsprop,
  type Schedule,
  schedule,
  sgd,
  show,
} from 'gradus'
import { Complaint } from './complaint.ts'
import { isMatrix } from './model.ts'
import type { Options } from './options.ts'

/** The optimizers on offer, each with the learning rate that did best on the declarations of fp-ts among a few that were tried. */
export const OPTIMIZERS = {
  adamw: {
    lr: 0.008,
    make: (lr) => chain(clipByGlobalNorm(1), adamw({ lr, b2: 0.99, weightDecay: 0.1, where: isMatrix })),
  },
  adam: { lr: 0.006, make: (lr) => adam({ lr, b2: 0.99 }) },
  sgd: { lr: 1, make: (lr) => sgd({ lr }) },
  momentum: { lr: 0.2, make: (lr) => momentum({ lr }) },
  nesterov: { lr: 0.2, make: (lr) => nesterov({ lr }) },
  adagrad: { lr: 0.05, make: (lr) => adagrad({ lr }) },
  rmsprop: { lr: 0.004, make: (lr) => rmsprop({ lr, alpha: 0.99 }) },
} as const satisfies Record<string, { readonly lr: number; readonly make: (lr: Hyper) => Optimizer }>

export type OptimizerName = keyof typeof OPTIMIZERS

/** Or one of the reader's own, as docs/config.md tells. */
export type JsonFile = `${string}.json`

export const isFile = (optimizer: string): optimizer is JsonFile => optimizer.endsWith('.json')

/** @throws Complaint where the file is missing, no JSON, or no optimizer. */
export const optimizerOf = async ({ optimizer, lr, steps }: Options): Promise<Optimizer> => {
  if (!isFile(optimizer)) return OPTIMIZERS[optimizer].make(rateOf(lr ?? OPTIMIZERS[optimizer].lr, steps))
  const decoded = decodeOptimizer(await jsonOf(optimizer))
  if (decoded._tag === 'Left') throw new Complaint(`${optimizer}: ${show(decoded.left)}`)
  return decoded.right
}

const jsonOf = async (file: JsonFile): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Complaint(`--optimizer is "${file}", expected a file that can be read: ${error.message}`)
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Complaint(`--optimizer is "${file}", expected JSON: ${(error as Error).message}`)
  }
}

/** Up for the first twentieth of the steps, then down a cosine to a twentieth of the peak. */
export const rateOf = (peak: number, steps: number): Schedule => {
  const up = Math.max(1, Math.round(steps / 20))
  const end = Number((peak / 20).toPrecision(6))
  return schedule.warmup(up)(schedule.cosine({ from: peak, to: end, over: Math.max(1, steps - up) }))
}
