import { brief, mistake } from '../failure.js'
import { type Context, contextAtHand } from '../kernel/kernel.js'
import { copied, dispose, keep, tensors } from '../tree.js'
import type { Carry } from './carry.js'

/**
 * What is left of a run whose WebGL context is lost: a copy of its carry on the host, of every so many steps.
 *
 * TensorFlow.js has the numbers of a tensor on the host until an operation first needs them, and those that were read. So a
 * tensor made of numbers that were read, and left alone, outlives the context.
 */
export interface Kept<C> {
  readonly context: Context
  /** Copies the carry where that is due: the first, and every so many steps. */
  see(carry: C): Promise<void>
  /** The copy, which is the caller's from here on; the first carry itself, if that was too early. */
  take(): C
  /** Disposes the copy, if nobody took it. */
  end(): void
}

/** Nothing where memory cannot be lost. */
export const keptOf = <C extends Carry<unknown>>(first: C, every: number): Kept<C> | undefined => {
  if (every !== Number.POSITIVE_INFINITY && !(Number.isInteger(every) && every > 0))
    throw mistake('train', `keepEvery is ${brief(every)}`, 'a whole number from 1, or Infinity')
  const context = contextAtHand()
  if (!context) return undefined
  let copy: C | undefined
  return {
    context,
    see: async (carry) => {
      if (copy && carry.t % every !== 0) return
      // The page has its turn while the GPU is at work; what `data` has read, `copied` finds on the host.
      await context.read(Promise.all(tensors(carry).map((x) => x.data())))
      const { params, state, t, extra } = carry
      const next = keep(copied({ params, state, t, ...(extra === undefined ? {} : { extra }) })) as C
      dispose(copy)
      copy = next
    },
    take: () => {
      const taken = copy ?? first
      copy = undefined
      return taken
    },
    end: () => dispose(copy),
  }
}
