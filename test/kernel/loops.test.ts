import {
  adamw,
  chain,
  clipByGlobalNorm,
  every,
  freeze,
  lookahead,
  momentum,
  type Optimizer,
  partition,
  sgd,
} from 'gradus'
import { describe, expect, test } from 'vitest'
import { hypersAt } from '../../src/kernel/kernel.ts'
import { compile, type Memory, type Mode, OUT } from '../../src/kernel/loops.ts'
import type { Rule } from '../../src/rule/rule.ts'
import { everyWord } from '../everyword.ts'

/** The loops that a step runs: for each pass over memory, what it reads and what it makes. */
const loopsOf = (optimizer: Optimizer, mode: Mode, t = 1): string[] => {
  const loops: string[] = []
  const noting: Memory<number> = {
    prepare: (formula) => formula,
    map: (inputs, _, formulas) => {
      const loop = `map ${[...inputs].sort().join(' ')} → ${Object.keys(formulas).join(' ')}`
      return () => {
        loops.push(loop)
      }
    },
    reduce: (inputs, _, reductions) => {
      const loop = `reduce ${[...inputs].sort().join(' ')} → ${reductions.map(({ op }) => op).join(' ')}`
      return () => {
        loops.push(loop)
        return reductions.map(() => [0])
      }
    },
    get: () => 0,
    set: () => {},
  }
  const rule = optimizer.rule as Rule
  const slots = Object.fromEntries(Object.keys(rule.slots).map((name) => [name, [0]]))
  compile(
    rule,
    mode,
    noting,
  )({
    sizes: [1],
    inputs: { ...slots, g: [0], theta: [0] },
    outputs: { ...slots, [OUT]: [0] },
    scalars: { ...hypersAt(rule, t), t, loss: 0 },
    constants: [Object.fromEntries(Object.entries(rule.leaf).map(([name, f]) => [name, f('')]))],
  })
  return loops.sort()
}

const clipped = chain(clipByGlobalNorm(1), adamw())

describe('the passes over memory', () => {
  test('of AdamW with clipping are one reduction and one map', () => {
    expect(loopsOf(clipped, 'update')).toEqual(["map 1.m 1.v g theta → 1.m 1.v out'", 'reduce g → sum'])
    expect(loopsOf(clipped, 'advance')).toEqual(["map 1.m 1.v g theta → 1.m 1.v out'", 'reduce g → sum'])
  })

  test('of AdamW with clipping and a guard are no more: the guard joins the reduction', () => {
    expect(loopsOf(clipped, 'guarded advance')).toEqual(["map 1.m 1.v g theta → 1.m 1.v out'", 'reduce g → sum sum'])
  })

  test('of sgd are one map, with a guard one reduction more', () => {
    expect(loopsOf(sgd({ lr: 1 }), 'update')).toEqual(["map g → out'"])
    expect(loopsOf(sgd({ lr: 1 }), 'advance')).toEqual(["map g theta → out'"])
    expect(loopsOf(sgd({ lr: 1 }), 'guarded advance')).toEqual(["map g theta → out'", 'reduce g → sum'])
  })

  test('of a formula with every word are as many as its reductions wait for each other, and one map', () => {
    const loops = loopsOf(everyWord, 'guarded advance')
    expect(loops.filter((loop) => loop.startsWith('map'))).toHaveLength(1)
    expect(loops.filter((loop) => loop.startsWith('reduce'))).toHaveLength(1)
  })

  test('of an accumulation touch the mean alone, but for the last of a group', () => {
    const four = every(4, adamw())
    expect(loopsOf(four, 'advance', 1)).toEqual(['map 0.mean g → 0.mean'])
    expect(loopsOf(four, 'advance', 4)).toEqual(["map 0.mean 1.m 1.v g theta → 0.mean 1.m 1.v out'"])
  })

  test('of an accumulation take a norm where the step is made, and not before', () => {
    const four = every(4, clipped)
    expect(loopsOf(four, 'advance', 3)).toEqual(['map 0.mean g → 0.mean'])
    expect(loopsOf(four, 'advance', 4)).toContain('reduce 0.mean g → sum')
  })

  test('of a lookahead leave the slow weights alone between synchronizations', () => {
    const slow = chain(sgd({ lr: 1 }), lookahead({ k: 2 }))
    expect(loopsOf(slow, 'advance', 1)).toEqual(["map g theta → out'"])
    expect(loopsOf(slow, 'advance', 2)).toEqual(["map 1.slow g theta → 1.slow out'"])
  })

  test('over frozen leaves are none', () => {
    expect(loopsOf(freeze('**', sgd({ lr: 1 })), 'advance')).toEqual([])
  })

  test('of one member are not compiled anew for the choices of another', () => {
    const made: string[] = []
    const counting: Memory<number> = {
      prepare: (formula) => formula,
      map: (_, __, formulas) => {
        made.push(Object.keys(formulas).join(' '))
        return () => {}
      },
      reduce: () => () => [],
      get: () => 0,
      set: () => {},
    }
    const { rule } = partition({ a: every(2, sgd({ lr: 1 })), b: every(3, momentum({ lr: 1 })) })
    const { slots, hyper, leaf } = rule as Rule
    const columns = Object.fromEntries(
      Object.entries(slots).map(([name, { on = '' }]) => [
        name,
        leaf[on]?.('a') === 1 ? [0, undefined] : [undefined, 0],
      ]),
    ) as Readonly<Record<string, number[]>>
    const run = compile(rule as Rule, 'advance', counting)
    for (let t = 1; t <= 6; t++)
      run({
        sizes: [1, 1],
        inputs: { ...columns, g: [0, 0], theta: [0, 0] },
        outputs: { ...columns, [OUT]: [0, 0] },
        scalars: { ...hypersAt({ hyper } as Rule, t), t },
        constants: ['a', 'b'].map((path) =>
          Object.fromEntries(Object.entries(leaf).map(([name, f]) => [name, f(path)])),
        ),
      })
    expect(made.sort()).toEqual(['0.0.mean', "0.0.mean out'", '1.0.mean', "1.0.mean 1.1.m out'"])
  })
})
