import { keras, optax, torch } from 'gradus/presets'
import type { Schedule } from 'gradus/schedule'

/** The framework's names as ours: `T_max` is `tMax`, `StepLR` is `stepLR`. */
export const camel = (name: string): string =>
  (name.charAt(0).toLowerCase() + name.slice(1)).replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase())

export const camels = (options: unknown): unknown => {
  if (Array.isArray(options)) return options.map(camels)
  if (typeof options !== 'object' || options === null) return options
  return Object.fromEntries(Object.entries(options).map(([name, x]) => [camel(name), camels(x)]))
}

/** A schedule as it was recorded: its name in the framework, and the arguments that were passed. */
export interface Named {
  readonly schedule: string
  readonly options: Readonly<Record<string, unknown>>
}

type Preset = (...args: readonly unknown[]) => Schedule

/** Of the arguments that PyTorch's compositions were recorded with, by position, the names. */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  ConstantLR: ['factor', 'totalIters'],
  ExponentialLR: ['gamma'],
  LinearLR: ['startFactor', 'endFactor', 'totalIters'],
}

export const fromTorch = ({ schedule, options }: Named): Schedule => {
  if (schedule === 'SequentialLR') {
    const { lr, first, then, milestones } = options
    return torch.sequentialLR([...pieces(lr, first), ...pieces(lr, then)], milestones as number[])
  }
  if (schedule === 'ChainedScheduler') {
    const { lr, ...rest } = options
    return torch.chainedScheduler(pieces(lr, rest))
  }
  return torchPreset(schedule)(camels(options))
}

const torchPreset = (name: string): Preset =>
  (torch as unknown as Readonly<Record<string, Preset>>)[camel(name)] as Preset

const pieces = (lr: unknown, named: unknown): readonly Schedule[] =>
  Object.entries(named as Readonly<Record<string, readonly number[]>>).map(([name, args]) => {
    const names = POSITIONS[name] as readonly string[]
    return torchPreset(name)({ lr, ...Object.fromEntries(args.map((x, i) => [names[i], x])) })
  })

export const fromKeras = ({ schedule, options }: Named): Schedule => {
  const [, tf1] = schedule.match(/^tf\.compat\.v1\.train\.(.*)/) ?? []
  const presets = (tf1 ? keras.tf1 : keras) as unknown as Readonly<Record<string, Preset>>
  return presets[camel(tf1 ?? schedule)]?.(camels(options)) as Schedule
}

export const fromOptax = ({ schedule, options }: Named): Schedule => {
  if (schedule === 'join_schedules')
    return optax.joinSchedules((options.schedules as Named[]).map(fromOptax), options.boundaries as number[])
  return (optax as unknown as Readonly<Record<string, Preset>>)[camel(schedule)]?.(camels(options)) as Schedule
}
