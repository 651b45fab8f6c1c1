import type { Scalar } from '@tensorflow/tfjs-core'
import { left, right } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { differentiate } from '../autodiff/grad.js'
import { executorFor } from '../kernel/kernel.js'
import { hyperAt } from '../optimizer/hyper.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { mixed } from '../random.js'
import { dispose, entries, tensors } from '../tree.js'
import { ours, step } from './advance.js'
import { type Carry, withExtra } from './carry.js'
import { keptOf } from './kept.js'
import { pause } from './pause.js'
import { type Stop, Stopped } from './stopped.js'

/**
 * The loop: batch → gradient → optimizer → Δθ → θ, and again.
 *
 * It owns the run: gradients and losses are gone at the next step, memory is reused in place. Before the first write of a
 * step it looks at the loss and the gradient; where one is not finite it stops, and the carry is the one before.
 */
export interface Training<P, B, S, E = unknown> {
  /** `extra` is what the model keeps beside θ; return it anew with the loss. `seed` differs at every step. */
  loss(params: P, batch: B, step: Moment<E>): Scalar | { readonly loss: Scalar; readonly extra: E }
  readonly optimizer: Optimizer<S>
  /** What the seed of each step is made of. */
  readonly seed?: number
  /** `false` does not look whether the gradient is finite, which costs a pass over it where the rule has no other. */
  readonly guard?: boolean
  /** When it aborts, the run ends after the step at hand, as if there were no more batches. */
  readonly signal?: AbortSignal
  /**
   * On WebGL, where a browser may take the memory away, the carry is copied to the host as it begins and every so many steps,
   * 100 if nothing is said. Elsewhere nothing is copied.
   */
  readonly keepEvery?: number
}

export interface Moment<E> {
  /** The update that is being made: 1, 2, 3, … */
  readonly t: number
  readonly seed: number
  readonly extra: E | undefined
}

export interface Progress<P, S = unknown, E = unknown> {
  /** Updates made. */
  readonly t: number
  /** The loss from which this update was made. */
  readonly loss: number
  /** The hyperparameters of this update, where the optimizer is a formula. */
  readonly hyper: Readonly<Record<string, number>>
  /** The run after this update; good until the next is asked for, and yours after `break`. */
  readonly carry: Carry<P, S, E>
}

/**
 * Trains on one batch after the other and tells how it goes, until the batches end, the reader breaks, the signal aborts, or
 * something is not finite or the WebGL context is lost (then it throws `Stopped`; `fit` gives a value instead). Between steps,
 * the page or the process gets its turn; as long as the reader asks for no more, the run pauses.
 */
export async function* train<P, B, S, E = unknown>(
  { loss, optimizer, seed = 0, guard = true, signal, keepEvery = 100 }: Training<P, B, S, E>,
  carry: Carry<P, S, E>,
  batches: Iterable<B> | AsyncIterable<B>,
): AsyncGenerator<Progress<P, S, E>, Carry<P, S, E>> {
  const kept = keptOf(carry, keepEvery)
  const first = ours(optimizer, carry)
  let now = first
  let made = now.t
  // What is computed after a loss is not there: the `catch` below says so.
  const still = (): void => {
    if (kept?.context.lost()) throw new Error('the WebGL context was lost')
  }
  try {
    await kept?.see(now)
    for await (const batch of batches) {
      if (signal?.aborted) break
      const t = now.t + 1
      const moment = { t, seed: mixed(seed, t), extra: now.extra }
      const { scalar, grad, extra, evaluate } = gradientAt(loss, optimizer, now, batch, moment)
      let value: number
      try {
        const values = scalar.data()
        value = (await (kept ? kept.context.read(values) : values))[0] as number
        const good = now === first ? carry : now
        if (guard && !Number.isFinite(value)) throw new Stopped({ _tag: 'NotFinite', what: 'loss', t, carry: good })
        const next = step(optimizer, now, { grads: grad, loss: value, evaluate, guard })
        if (!next) throw new Stopped({ _tag: 'NotFinite', what: 'gradient', t, path: notFinite(grad), carry: good })
        now = next
      } catch (error) {
        disposeUnless(tensors(moment.extra), extra)
        throw error
      } finally {
        dispose([scalar, grad])
      }
      if (extra !== undefined) now = replaced(now, extra)
      await kept?.see(now)
      still()
      made = t
      yield { t, loss: value, hyper: optimizer.rule ? hyperAt(optimizer, t) : {}, carry: now }
      await pause()
    }
    still()
  } catch (error) {
    if (!kept?.context.lost()) throw error
    const saved = kept.take()
    if (now !== saved) dispose(now)
    throw new Stopped({ _tag: 'ContextLost', t: made + 1, kept: saved.t, carry: saved })
  } finally {
    kept?.end()
    // A copy of a carry of the user's own that nobody has seen.
    if (first !== carry && now === first) dispose(first)
  }
  return now === first ? carry : now
}

/**
 * Training as one value: the last carry, or what stopped it. Nothing runs until it is called. `onProgress` may return a promise:
 * until it is settled, the run pauses.
 */
export const fit =
  <P, B, S, E = unknown>(
    training: Training<P, B, S, E>,
    carry: Carry<P, S, E>,
    batches: Iterable<B> | AsyncIterable<B>,
    onProgress: (progress: Progress<P, S, E>) => unknown = () => {},
  ): TaskEither<Stop<Carry<P, S, E>>, Carry<P, S, E>> =>
  async () => {
    let last = carry
    try {
      for await (const progress of train(training, carry, batches)) {
        last = progress.carry
        await onProgress(progress)
      }
      return right(last)
    } catch (error) {
      if (error instanceof Stopped) return left(error.failure as Stop<Carry<P, S, E>>)
      throw error
    }
  }

/** Loss and gradient where the optimizer wants it, at θ if it does not say. */
const gradientAt = <P, B, S, E>(
  loss: Training<P, B, S, E>['loss'],
  optimizer: Optimizer<S>,
  { params, state }: Carry<P, S, E>,
  batch: B,
  moment: Moment<E>,
): { scalar: Scalar; grad: P; extra: E | undefined; evaluate: (params: P) => readonly [number, P] } => {
  const at = (p: P) =>
    differentiate(
      'train',
      (q: P) => {
        const result = loss(q, batch, moment)
        return result instanceof Object && 'loss' in result ? result : { loss: result }
      },
      p,
    )
  // Elsewhere than where the step is made from: what the model would keep of it is not kept.
  const elsewhere = <A>(p: P, read: (loss: Scalar, grad: P) => A): A => {
    const { loss, grad, extra } = at(p)
    const result = read(loss, grad)
    loss.dispose()
    disposeUnless(tensors(moment.extra), extra)
    return result
  }
  const gradAt = (p: P): P => elsewhere(p, (_, grad) => grad)
  const evaluate = (p: P) => elsewhere(p, (loss, grad) => [loss.dataSync()[0] as number, grad] as const)
  const point = optimizer.probe ? optimizer.probe(state, params, gradAt, moment.t) : params
  const { loss: scalar, grad, extra } = at(point)
  if (point !== params) disposeUnless(tensors(params), point)
  return { scalar, grad, extra, evaluate }
}

const replaced = <P, S, E>(carry: Carry<P, S, E>, extra: E): Carry<P, S, E> => {
  disposeUnless(tensors(extra), carry.extra)
  return withExtra(carry, extra)
}

const disposeUnless = (alive: readonly unknown[], tree: unknown): void => {
  for (const x of tensors(tree)) if (!alive.includes(x)) dispose(x)
}

/** The path of the first leaf that is not finite. */
const notFinite = (grad: unknown): string => entries(grad).find(([, x]) => !executorFor(x).finite(x))?.[0] ?? ''
