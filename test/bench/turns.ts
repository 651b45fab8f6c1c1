/**
 * Timing in turns: ours, a peer, another peer, ours again, …, so that a machine whose speed drifts is as unkind to each.
 * A figure is the median of its turns; a ratio is the median of the ratios of neighbours.
 */
export interface Contender {
  readonly name: string
  /** Whose kernels it ran on. */
  readonly kernels: string
  run(): void
  /** Before each run, untimed. */
  prepare?(): void
  /** After the runs of a turn, and timed with them: waits for what was only queued, as on a GPU. */
  readonly finish?: () => void
}

export interface Figure {
  readonly name: string
  readonly kernels: string
  readonly ms: number
  /** This one's time over the first one's. */
  readonly ratio: number
}

export interface Row {
  readonly row: string
  readonly figures: readonly Figure[]
  /** What else was measured. */
  readonly note?: string
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const mid = sorted.length >> 1
  return sorted.length % 2 ? (sorted[mid] as number) : ((sorted[mid - 1] as number) + (sorted[mid] as number)) / 2
}

const time = ({ run, prepare, finish }: Contender, repeats: number): number => {
  let total = 0
  for (let i = 0; i < repeats; i++) {
    prepare?.()
    const start = performance.now()
    run()
    total += performance.now() - start
  }
  if (finish) {
    const start = performance.now()
    finish()
    total += performance.now() - start
  }
  return total / repeats
}

/** Runs until V8 has compiled what it will compile. */
const warmUp = (contender: Contender, ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end) time(contender, 5)
}

/** Warms everybody up, then takes `turns` turns of about `budget` ms each. */
export const inTurns = (row: string, contenders: readonly Contender[], turns = 15, budget = 25): Row => {
  const repeats = contenders.map((contender) => {
    warmUp(contender, 12 * budget)
    return Math.max(1, Math.min(200, Math.round(budget / time(contender, 3))))
  })
  const times = contenders.map((): number[] => [])
  for (let turn = 0; turn < turns; turn++)
    for (const [i, contender] of contenders.entries()) times[i]?.push(time(contender, repeats[i] as number))
  const ours = times[0] as number[]
  const figures = contenders.map(({ name, kernels }, i) => ({
    name,
    kernels,
    ms: median(times[i] as number[]),
    ratio: median((times[i] as number[]).map((ms, turn) => ms / (ours[turn] as number))),
  }))
  return { row, figures }
}
