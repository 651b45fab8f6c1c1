import { adam, adamw, chain, clipByGlobalNorm, hyperAt, identity, schedule, sgd } from 'gradus'
import { describe, expect, test } from 'vitest'
import { opaque } from './laws.ts'

describe('hyperAt', () => {
  test('tells every hyperparameter by path, and by bare name where only one bears it', () => {
    const lr = schedule.linear({ from: 1, over: 10 })
    expect(hyperAt(adam({ lr }), 4)).toEqual({
      'adam.lr': 0.6,
      'adam.b1': 0.9,
      'adam.b2': 0.999,
      'adam.eps': 1e-8,
      lr: 0.6,
      b1: 0.9,
      b2: 0.999,
      eps: 1e-8,
    })
  })

  test('has the index of the part before the path in a chain', () => {
    const hyper = hyperAt(chain(clipByGlobalNorm(2), adamw({ lr: (t) => 1 / t, weightDecay: 0.1 })), 4)
    expect(hyper['0.clipByGlobalNorm.limit']).toBe(2)
    expect(hyper['1.adamw.lr']).toBe(0.25)
    expect(hyper.lr).toBe(0.25)
    expect(hyper.weightDecay).toBe(0.1)
  })

  test('has no bare name that two hyperparameters bear', () => {
    const hyper = hyperAt(chain(sgd({ lr: 1 }), sgd({ lr: 2 })), 1)
    expect(hyper).toEqual({ '0.sgd.lr': 1, '1.sgd.lr': 2 })
  })

  test('has the index that a part has after nested chains were flattened', () => {
    const hyper = hyperAt(chain(chain(identity, clipByGlobalNorm(1)), chain(chain(sgd({ lr: 3 })))), 1)
    expect(hyper).toMatchObject({ '0.clipByGlobalNorm.limit': 1, '1.sgd.lr': 3 })
  })

  test('is there for formulas only', () => {
    expect(() => hyperAt(opaque(adam()), 1)).toThrow(
      new TypeError('hyperAt: the optimizer has no rule, expected one that is a formula'),
    )
    expect(hyperAt(identity, 1)).toEqual({})
  })
})
