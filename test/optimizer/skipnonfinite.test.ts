import {
  adam,
  addDecayedWeights,
  blend,
  chain,
  clipByGlobalNorm,
  conditionallyMask,
  identity,
  type Optimizer,
  schedule,
  sgd,
  simulate,
  skipNonFinite,
  zeroNans,
} from 'gradus'
import { expect, test } from 'vitest'
import { distance } from '../close.ts'

const inner = (): Optimizer => chain(clipByGlobalNorm(1), adam({ lr: schedule.cosine({ from: 0.1, over: 5 }) }))
const gradient = (t: number) => ({ a: Float64Array.of(Math.sin(t), 2), b: Float64Array.of(Math.cos(t)) })
const bad = (value: number) => ({ a: Float64Array.of(1, value), b: Float64Array.of(1) })
const start = () => ({ a: Float64Array.of(1, -1), b: Float64Array.of(3) })

const path = (optimizer: Optimizer, gradients: readonly ReturnType<typeof start>[]) =>
  Array.from(simulate(optimizer, start(), gradients), ({ params }) => params)

test('updates that are not finite are as if they had not been', () => {
  const good = [1, 2, 3, 4].map(gradient)
  const [a, b, c, d] = good as [ReturnType<typeof start>, ...ReturnType<typeof start>[]]
  const all = path(skipNonFinite(inner()), [
    a,
    bad(Number.NaN),
    b as typeof a,
    bad(Infinity),
    bad(-Infinity),
    c as typeof a,
    d as typeof a,
  ])
  const only = path(inner(), good)
  expect(
    distance(
      [0, 2, 5, 6].map((i) => all[i]),
      only,
    ),
  ).toBe(0)
  expect(all[1]).toEqual(all[0])
  expect(all[4]).toEqual(all[2])
})

test('after more than `limit` of them in a row one is made', () => {
  const optimizer = skipNonFinite(chain(zeroNans(), inner()), { limit: 2 })
  const steps = path(optimizer, [gradient(1), bad(Number.NaN), bad(Number.NaN), bad(Number.NaN)])
  expect(steps[2]).toEqual(steps[0])
  expect(steps[3]).not.toEqual(steps[0])
  expect(distance(steps[3], path(chain(zeroNans(), inner()), [gradient(1), bad(Number.NaN)])[1])).toBe(0)
})

test('schedules are asked from t = 1 on, also while no update was made', () => {
  const fromOne = (t: number) => {
    if (t < 1) throw new RangeError(`asked at ${t}`)
    return 1 / t
  }
  const inner = chain(
    blend(fromOne, sgd({ lr: 1 }), identity),
    addDecayedWeights({ weightDecay: fromOne }),
    clipByGlobalNorm(1),
  )
  const gradients = [bad(Number.NaN), gradient(1)]
  expect(path(skipNonFinite(inner), gradients)[0]).toEqual(start())
  const fromSecond = conditionallyMask((t) => t - 1, inner)
  expect(path(fromSecond, gradients.toReversed())[0]).toEqual(start())
})
