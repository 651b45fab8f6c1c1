import fc from 'fast-check'
import { chain, latex, reduceOnPlateau as ours, simulate, trace } from 'gradus'
import { describe, expect, test } from 'vitest'
import { reduceOnPlateau } from '../../src/presets/optax/plateau.ts'
import { reduceLROnPlateau } from '../../src/presets/torch/plateau.ts'
import file from '../golden/torch-plateau.json?raw'

const ONE = Float64Array.of(1)

type Options = Parameters<typeof reduceLROnPlateau>[0]
type Settings = { readonly [option in keyof Options]-?: Exclude<Options[option], (t: number) => number> }

/** The rate of every update: the gradient is 1, so Δθ is minus the rate. */
const rates = (options: Options, losses: readonly number[]): readonly number[] => {
  const source = losses.map((loss) => ({ grad: ONE, loss }))
  return [...simulate(reduceLROnPlateau(options), ONE, source)].map(({ delta }) => -(delta[0] as number))
}

/** The rate at each count, as PyTorch's loop has it: step with the rate, then tell the scheduler the loss. */
const loop = (settings: Settings, losses: readonly number[]): readonly number[] => {
  const { mode, thresholdMode, factor, patience, threshold, cooldown, minLr, eps } = settings
  const isBetter = (a: number, best: number): boolean => {
    if (mode === 'min') return thresholdMode === 'rel' ? a < best * (1 - threshold) : a < best - threshold
    return thresholdMode === 'rel' ? a > best * (threshold + 1) : a > best + threshold
  }
  let { lr } = settings
  let best = mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  let [bad, cooling] = [0, 0]
  const used: number[] = []
  for (const loss of losses) {
    used.push(lr)
    if (isBetter(loss, best)) [best, bad] = [loss, 0]
    else bad += 1
    if (cooling > 0) {
      cooling -= 1
      bad = 0
    }
    if (bad > patience) {
      const lower = Math.max(lr * factor, minLr)
      if (lr - lower > eps) lr = lower
      cooling = cooldown
      bad = 0
    }
  }
  return used
}

const settings: fc.Arbitrary<Settings> = fc.record({
  lr: fc.constantFrom(0, 1e-8, 0.1, 1),
  mode: fc.constantFrom('min' as const, 'max' as const),
  factor: fc.constantFrom(0, 0.1, 0.5, 0.9),
  patience: fc.integer({ min: 0, max: 3 }),
  threshold: fc.constantFrom(0, 1e-4, 0.2, 1),
  thresholdMode: fc.constantFrom('rel' as const, 'abs' as const),
  cooldown: fc.integer({ min: 0, max: 2 }),
  minLr: fc.constantFrom(0, 0.05, 0.5),
  eps: fc.constantFrom(0, 1e-8, 0.3),
})

const losses = fc.array(
  fc.oneof(fc.constantFrom(2, 1, 0.5, 0, -1, Number.NaN), fc.double({ min: -2, max: 2, noNaN: true })),
  { maxLength: 50 },
)

describe("PyTorch's reduceLROnPlateau", () => {
  test('gives the recorded rates: update t has heard the losses before it', () => {
    const { options, losses, values } = JSON.parse(file)
    const { threshold_mode: thresholdMode, ...rest } = options
    expect(values).toHaveLength(60)
    expect(new Set(values)).toEqual(new Set([1, 0.5, 0.25, 0.125]))
    expect(rates({ ...rest, thresholdMode }, losses)).toEqual(values)
  })

  test("is PyTorch's loop, whatever the options and losses", () => {
    fc.assert(
      fc.property(settings, losses, (given, heard) => {
        expect(rates(given, heard).map((x) => x + 0)).toEqual(loop(given, heard))
      }),
      { numRuns: 1000 },
    )
  })

  test('has the defaults of PyTorch', () => {
    const standing = new Array<number>(40).fill(1)
    const defaults = { mode: 'min', factor: 0.1, patience: 10, threshold: 1e-4, thresholdMode: 'rel' } as const
    const path = rates({ lr: 1 }, standing)
    expect(path).toEqual(loop({ lr: 1, ...defaults, cooldown: 0, minLr: 0, eps: 1e-8 }, standing))
    expect(path.indexOf(0.1)).toBe(12)
    expect(rates({ lr: 1e-8, patience: 0, factor: 0.5 }, standing).at(-1)).toBe(1e-8)
    expect(rates({ lr: 0.1 }, new Array<number>(150).fill(1)).at(-1)).toBeCloseTo(1e-8, 12)
    const falling = (by: number) => Array.from({ length: 40 }, (_, i) => 0.1 * (1 - by) ** i)
    expect(new Set(rates({ lr: 1, patience: 0 }, falling(3e-4)))).toEqual(new Set([1]))
    expect(rates({ lr: 1 }, falling(5e-6)).indexOf(0.1)).toBe(12)
  })

  test('is the last part of a chain, and a rule', () => {
    const optimizer = chain(trace({ beta: 0.5 }), reduceLROnPlateau({ lr: 0.25, patience: 0, factor: 0.5 }))
    const steps = [
      ...simulate(
        optimizer,
        ONE,
        [2, 2, 2].map((loss) => ({ grad: ONE, loss })),
      ),
    ]
    expect(steps.map(({ delta }) => delta[0])).toEqual([-0.25, -0.375, -0.21875])
    expect(latex(optimizer)).toContain('\\Delta\\theta_{t} &= -\\mathrm{rate}_{t-1}\\,m_{t}')
  })

  test('refuses what cannot be meant', () => {
    const refused = (given: object, message: string) =>
      expect(() => reduceLROnPlateau({ lr: 1, ...given })).toThrow(new TypeError(`reduceLROnPlateau: ${message}`))
    refused({ lr: -1 }, 'lr is -1, expected 0 ≤ lr < ∞')
    refused({ lr: (t: number) => t }, 'lr is function lr, expected 0 ≤ lr < ∞')
    refused({ factor: 1 }, 'factor is 1, expected 0 ≤ factor < 1')
    refused({ patience: 1.5 }, 'patience is 1.5, expected a whole number ≥ 0')
    refused({ mode: 'avg' }, `mode is "avg", expected 'min' or 'max'`)
    refused({ mode: 'toString' }, `mode is "toString", expected 'min' or 'max'`)
    refused({ thresholdMode: 'ratio' }, `thresholdMode is "ratio", expected 'rel' or 'abs'`)
    refused({ minLr: -1 }, 'minLr is -1, expected 0 ≤ minLr < ∞')
  })
})

describe("Optax's reduceOnPlateau", () => {
  const path = (optimizer: ReturnType<typeof ours>) =>
    [
      ...simulate(
        optimizer,
        ONE,
        Array.from({ length: 60 }, (_, i) => ({ grad: ONE, loss: 2 + Math.cos(i) })),
      ),
    ].map(({ delta }) => delta[0])

  test("is ours under Optax's names, with its defaults", () => {
    expect(path(reduceOnPlateau())).toEqual(path(ours()))
    const options = { factor: 0.5, patience: 2, rtol: 0.01, atol: 0.01, cooldown: 1, minScale: 0.2 }
    expect(path(reduceOnPlateau({ ...options, accumulationSize: 3 }))).toEqual(path(ours({ ...options, window: 3 })))
    expect(path(reduceOnPlateau({ accumulationSize: 3, patience: 1 }))).not.toEqual(path(reduceOnPlateau()))
  })

  test('names its options as it was given them', () => {
    expect(() => reduceOnPlateau({ accumulationSize: 0 })).toThrow(
      new TypeError('reduceOnPlateau: accumulationSize is 0, expected a whole number ≥ 1'),
    )
    expect(() => reduceOnPlateau({ factor: 2 })).toThrow(
      new TypeError('reduceOnPlateau: factor is 2, expected 0 < factor < 1'),
    )
  })
})
