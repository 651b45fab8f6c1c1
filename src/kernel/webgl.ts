import { getBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Rule } from '../rule/rule.js'
import type { Executor, Work } from './executor.js'
import type { Mode } from './loops.js'
import { madeOnce } from './once.js'
import { asKernel, columns } from './step.js'
import { tensor } from './tensor.js'
import type { WebglBackend } from './webgl/backend.js'
import { inRoom } from './webgl/job.js'
import { compile, type Made, type Run } from './webgl/steps.js'

/**
 * A rule as shaders on TensorFlow.js's WebGL back end: a draw for each leaf, after those of reductions.
 *
 * A texture cannot be read and written in one draw. So `advance` draws into textures of tfjs's own pool and gives the old ones
 * back to it: from the second step on it takes those of the step before.
 */
const compiled = madeOnce((_: Rule): Partial<Record<Mode, Run>> => ({}))

const runOf = (rule: Rule, mode: Mode): Run => {
  const modes = compiled(rule)
  modes[mode] ??= compile(rule, mode)
  return modes[mode]
}

/** One kernel call that draws a step, of which `settle` gives what becomes tensors. */
const stepped = (
  run: Run,
  { shapes, grads, params = [], slots, scalars, constants }: Work<Tensor>,
  settle: (backend: WebglBackend, made: Made | undefined) => TensorInfo[],
): readonly Tensor[] =>
  asKernel(grads.concat(params, ...slots), (backend: WebglBackend) =>
    inRoom(backend, (room) => settle(backend, run(room, { shapes, grads, params, slots, scalars, constants }))),
  )

export const webgl: Executor<Tensor> = {
  ...tensor,
  get name() {
    return getBackend()
  },

  update: (work) => {
    const run = runOf(work.rule, 'update')
    const { rule, grads, slots } = work
    // A slot that is only read has no next one.
    const isWritten = Object.keys(rule.slots).map((name) => name in rule.step)
    const written = slots.map((column, s) => (isWritten[s] ? column : []))
    const results = stepped(run, work, (backend, made) => {
      const { out, slots: next } = made as Made
      const handle = (x: TensorInfo | undefined, before: Tensor): TensorInfo => {
        if (x) return x
        backend.incRef(before.dataId)
        return { dataId: before.dataId, shape: before.shape, dtype: before.dtype }
      }
      const slotsNow = next.flatMap((column, s) =>
        isWritten[s] ? column.map((x, i) => handle(x, slots[s]?.[i] as Tensor)) : [],
      )
      return [...(out as readonly TensorInfo[]), ...slotsNow]
    })
    const [delta, ...next] = columns([grads, ...written], results)
    return { slots: next, delta }
  },

  advance: (work, guard) => {
    const run = runOf(work.rule, guard ? 'guarded advance' : 'advance')
    const { params = [], slots } = work
    const old = params.concat(...slots)
    let isNew: readonly boolean[] | undefined
    const results = stepped(run, work, (_, made) => {
      const now = made && [...made.out, ...made.slots.flat()]
      isNew = now?.map((x) => x !== undefined)
      return now?.filter((x) => x !== undefined) ?? []
    })
    if (!isNew) return undefined
    let next = 0
    const now = old.map((x, i) => (isNew?.[i] ? (results[next++] as Tensor) : x))
    for (const [i, x] of old.entries()) if (isNew[i]) x.dispose()
    const [theta, ...after] = columns([params, ...slots], now)
    return { slots: after, params: theta }
  },
}
