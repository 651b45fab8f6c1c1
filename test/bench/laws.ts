import { optimizer } from '../../laws/everyone/optimizer.ts'
import { adam as adamLaws } from '../../laws/family/adam.ts'
import { adam, type Hyper, type Schedule, simulate } from '../../src/index.ts'
import { inTurns, type Row } from './turns.ts'

/**
 * All laws of one rule at their default of 100 runs: everyone's, some of them over tensors, and those of its family. Beside it as many
 * steps of `simulate`, to show what drawing and comparing cost, and tensors.
 */
type Options = NonNullable<Parameters<typeof adam>[0]>

export const lawsRow = (): Row => {
  let steps = 0
  /** Asked once a step. */
  const counted =
    (lr: Hyper): Schedule =>
    (t) => {
      steps += 1
      return typeof lr === 'function' ? lr(t) : lr
    }
  const make = (options: Options) => adam({ ...options, lr: counted(options.lr ?? 0.1) })
  const laws = [...optimizer(make({})), ...adamLaws(make)]
  const suite = () => {
    for (const law of laws) law.assert({ seed: 1 })
  }
  suite()
  const all = steps
  const contenders = [
    { name: 'the laws', kernels: 'gradus', run: suite },
    { name: 'as many steps alone', kernels: 'gradus', run: () => simulated(all) },
  ]
  const row = inTurns('adam: all laws, 100 runs each', contenders, 5)
  const seconds = (row.figures[0]?.ms ?? 0) / 1000
  return {
    ...row,
    note: `${laws.length} laws, ${all.toLocaleString('en-US')} steps in ${seconds.toFixed(2)} s, on one core; the goal is 2 s`,
  }
}

/** Runs of eight steps, of six numbers. */
const simulated = (steps: number): void => {
  const optimizer = adam({ lr: (t) => 0.1 / t })
  const gradients = Array.from({ length: 8 }, (_, t) => ({ x: Float64Array.of(1, -2, 0, t, 0.5, 1e-3) }))
  for (let left = steps; left > 0; left -= gradients.length)
    for (const _ of simulate(optimizer, { x: new Float64Array(6) }, gradients.slice(0, left)));
}
