import { begin, initializer, type Optimizer, Stopped, train, tree } from 'gradus'
import { type Corpus, spread, UNKNOWN, windows } from './corpus.ts'
import { lossOf, type Params, paramsOf, type Size } from './model.ts'
import { printable, sample } from './sample.ts'
import { type Batch, evaluate, shuffled } from './window.ts'

/** All that the training is a function of. */
export interface Task {
  readonly corpus: Corpus
  readonly size: Size
  readonly optimizer: Optimizer
  readonly steps: number
  readonly batch: number
  readonly seed: number
}

/** How it went so far. */
export interface History {
  /** The loss from which update t was made is `losses[t − 1]`; likewise its learning rate. */
  readonly losses: readonly number[]
  readonly rates: readonly number[]
  readonly validations: readonly { readonly t: number; readonly loss: number }[]
  /** What the model wrote last, after text that it never learned. */
  readonly sample?: { readonly t: number; readonly prompt: string; readonly text: string }
  /** Seconds since the first step, and those of them that the steps took: validating and writing take the others. */
  readonly seconds: number
  readonly stepping: number
  /** Why it ended early: the signal came, or something was not finite. */
  readonly interrupted?: boolean
  readonly failure?: string
}

/** Before the first step. */
export const NOTHING: History = { losses: [], rates: [], validations: [], seconds: 0, stepping: 0 }

/** Who is told: after each step, after each validation, and when the model has written something. */
export interface Audience {
  stepped(history: History): void
  validated(history: History): void | Promise<void>
  wrote(history: History): void
}

/** Validations in a run; the model writes at every third. */
const VALIDATIONS = 12
const SAMPLES = 4
/** Windows that are validated: as many as there are up to this, the same each time. */
const MOST = 512

export const windowsOf = ({ corpus, size: { context } }: Task) => ({
  training: windows(corpus.training, context + 1, context / 2),
  validation: spread(windows(corpus.validation, context + 1, context), MOST),
})

/** Trains until the steps are done, the signal comes, or something is not finite; and tells how it went. */
export const learn = async (task: Task, params: Params, audience: Audience, signal: AbortSignal): Promise<History> => {
  const { corpus, size, optimizer, steps, batch, seed } = task
  const { training, validation } = windowsOf(task)
  const losses: number[] = []
  const rates: number[] = []
  let history: History = { ...NOTHING, losses, rates }
  const begun = performance.now()
  let [stepping, resumed] = [0, begun]
  const now = (more: Partial<History> = {}) => {
    history = { ...history, seconds: (performance.now() - begun) / 1000, stepping: stepping / 1000, ...more }
    return history
  }
  const loss = (p: Params, { inputs, targets }: Batch) => lossOf(size, p, inputs, targets)
  const validateEvery = Math.ceil(steps / VALIDATIONS)
  const sampleEvery = Math.ceil(steps / SAMPLES)
  const source = shuffled(corpus.ids, training, { context: size.context, size: batch, seed, steps })

  let carry = begin(optimizer, params)
  try {
    for await (const progress of train({ loss, optimizer, seed }, carry, source)) {
      const { t } = progress
      carry = progress.carry
      stepping += performance.now() - resumed
      losses.push(progress.loss)
      if (progress.hyper.lr !== undefined) rates.push(progress.hyper.lr)
      audience.stepped(now())
      if (signal.aborted) break
      if (t % validateEvery === 0 || t === steps) {
        const value = await evaluate(size, carry.params, corpus.ids, validation, signal)
        if (value !== undefined)
          await audience.validated(now({ validations: [...history.validations, { t, loss: value }] }))
        if (signal.aborted) break
      }
      if (t % sampleEvery === 0 || t === steps) {
        const found = await written(task, carry.params, t, signal)
        if (signal.aborted) break
        audience.wrote(now({ sample: found }))
      }
      resumed = performance.now()
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    now({ failure: error.message })
  }
  tree.dispose(carry)
  return now({ interrupted: signal.aborted })
}

const LENGTH = 320

const written = async (
  { corpus, size, seed }: Task,
  params: Params,
  t: number,
  signal: AbortSignal,
): Promise<History['sample']> => {
  const from = corpus.validation[0]?.from ?? 0
  const prompt = [...corpus.ids.subarray(from, from + size.context)]
  const ids = await sample(size, params, { prompt, length: LENGTH, seed: seed + t }, signal)
  const text = (ids: readonly number[]) => printable(ids.map((id) => corpus.symbols[id] ?? UNKNOWN).join(''))
  return ids && { t, prompt: text(prompt), text: text(ids) }
}

export const initial = (size: Size, seed: number): Params => paramsOf(size, initializer(seed))
