import { adam, momentum, rule, sgd, simulate } from 'gradus'
import { describe, expect, expectTypeOf, test } from 'vitest'

const array = (...x: number[]) => Float64Array.from(x)
const first = <A>(source: Iterable<A>): A => {
  for (const x of source) return x
  throw new Error('there is a first one')
}

describe('simulate', () => {
  test('yields θ, Δθ, the state and t of each update', () => {
    const steps = [...simulate(momentum({ lr: 0.5, beta: 0.5 }), array(1, 2), [array(1, 1), array(2, 0)])]
    expect(steps).toEqual([
      { t: 1, params: array(0.5, 1.5), delta: array(-0.5, -0.5), state: { m: array(1, 1) } },
      { t: 2, params: array(-0.75, 1.25), delta: array(-1.25, -0.25), state: { m: array(2.5, 0.5) } },
    ])
  })

  test('is in float64', () => {
    const tiny = first(simulate(sgd({ lr: 1 }), array(1), [array(1e-15)]))
    expect(tiny.params[0]).toBe(1 - 1e-15)
  })

  test('takes a closed loop, which goes on until its reader stops', () => {
    const seen: number[] = []
    const square = ({ x }: { x: Float64Array }, t: number) => {
      seen.push(t)
      return { x: x.map((a) => 2 * a) }
    }
    let last = 1
    for (const { t, params } of simulate(sgd({ lr: 0.25 }), { x: array(8) }, square)) {
      expectTypeOf(params).toExtend<{ x: Float64Array }>()
      last = params.x[0] as number
      if (t === 3) break
    }
    expect(last).toBe(1)
    expect(seen).toEqual([1, 2, 3])
  })

  test('takes losses beside the gradients', () => {
    const greedy = rule({ name: 'greedy', step: ({ g, loss }) => ({ delta: g.mul(loss).neg() }) })
    expect(first(simulate(greedy, array(0), [{ grad: array(2), loss: 3 }])).delta).toEqual(array(-6))
    expect(first(simulate(greedy, array(0), () => ({ grad: array(2), loss: 4 }))).delta).toEqual(array(-8))
  })

  test('does not mistake a leaf called grad for an observation', () => {
    const params = { grad: array(1) }
    const bare = [{ grad: array(5) }] as Iterable<typeof params>
    expect(first(simulate<typeof params>(sgd({ lr: 1 }), params, bare)).delta).toEqual({ grad: array(-5) })
    const deep = { grad: { w: array(1) } }
    expect(first(simulate(sgd({ lr: 1 }), deep, [{ grad: { w: array(5) } }])).delta).toEqual({ grad: { w: array(-5) } })
    const source = [{ grad: { grad: array(7) }, loss: 1 }]
    const observed = first(simulate<typeof params>(sgd({ lr: 1 }), params, source))
    expect(observed.delta).toEqual({ grad: array(-7) })
  })

  test('changes nothing that it is given, and nothing that it gave', () => {
    const params = { x: array(1, 2) }
    const grads = [{ x: array(3, 4) }, { x: array(5, 6) }]
    const [one, two] = [...simulate(adam({ lr: 0.1 }), params, grads)]
    expect(params).toEqual({ x: array(1, 2) })
    expect(grads).toEqual([{ x: array(3, 4) }, { x: array(5, 6) }])
    expect(one?.params.x).not.toBe(two?.params.x)
    const alone = first(simulate(adam({ lr: 0.1 }), params, grads))
    expect(one).toEqual(alone)
  })

  test('can be run again from the same optimizer: nothing is kept between runs', () => {
    const optimizer = adam()
    const run = () => [...simulate(optimizer, array(1), [array(1), array(2)])]
    expect(run()).toEqual(run())
  })

  test('takes trees of any nesting, with empty leaves', () => {
    const params = { a: [array(1), { b: array() }] as const, c: { d: { e: array(1, 2, 3) } } }
    expect(first(simulate(sgd({ lr: 1 }), params, [params])).params).toEqual({
      a: [array(0), { b: array() }],
      c: { d: { e: array(0, 0, 0) } },
    })
  })
})
