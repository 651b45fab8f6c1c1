/**
 * A step length along a line after which the loss is low enough and flat enough: the strong conditions of Wolfe 1969. Algorithms
 * 3.5 and 3.6 of Nocedal & Wright 2006; φ(a) is the loss at θ + a · Δθ, φ′ its slope.
 *
 *     φ(a) ≤ φ(0) + decrease · a · φ′(0)               or, near a minimum, where rounding hides that (Hager & Zhang 2006, section 2.1),
 *     φ′(a) ≤ (2 · decrease − 1) · φ′(0)               with φ(a) ≤ φ(0) + slack · |φ(0)|
 *     |φ′(a)| ≤ curvature · |φ′(0)|
 *
 * Steps grow by `growth` until an interval is known to have such a step in it; then the interval shrinks to the minimum of the cubic
 * or else the parabola through its ends, or to its middle, if those are too near to an end.
 */
export interface Wolfe {
  readonly first: number
  readonly longest: number
  readonly maxSteps: number
  readonly growth: number
  readonly decrease: number
  readonly curvature: number
  /** None where it is undefined. */
  readonly slack: number | undefined
  /** How far both conditions may be missed. */
  readonly tolerance: number
  /** An interval shorter than this ends the search, if there was a decrease. */
  readonly precision: number
}

interface Height {
  readonly value: number
  readonly slope: number
}

interface Tried extends Height {
  readonly step: number
}

/** The step, and whether the loss is low enough after it; where none was found, the last that was tried. */
export const wolfe = (at: (step: number) => Height, start: Height, options: Wolfe): { step: number; low: boolean } => {
  const { first, longest, maxSteps, growth, tolerance, precision } = options
  const origin: Tried = { step: 0, ...start }
  let best = origin
  let last = origin
  let interval: Interval | undefined
  for (let count = 1; ; count++) {
    const wanted = interval ? inside(interval) : last === origin ? first : growth * last.step
    const step = interval ? wanted : Math.min(wanted, longest)
    const tried: Tried = { step, ...at(step) }
    const high = tooHigh(tried, start, options)
    const steep = tooSteep(tried, start, options)
    const good = Math.max(high, steep) <= tolerance
    if (good) return { step, low: true }
    if (high <= tolerance && (!interval || tried.value < best.value)) best = tried
    const narrow = interval && width(interval) <= precision && best.step > 0
    const next = interval ? shrunk(interval, tried, high) : found(last, tried, high)
    // The longest step is low enough, and flatter ones are longer.
    if (!next && wanted >= longest) return { step, low: high <= tolerance }
    if (count >= maxSteps || narrow) return fallback(best, tried, high)
    interval = next
    last = tried
  }
}

const fallback = (best: Tried, last: Tried, high: number) =>
  best.step > 0 || high === Infinity ? { step: best.step, low: best.step > 0 } : { step: last.step, low: false }

/** By how much the loss is too high; infinitely where it is no number. */
const tooHigh = ({ step, value, slope }: Tried, start: Height, { decrease, slack }: Wolfe): number => {
  const armijo = value - start.value - decrease * step * start.slope
  const nearly =
    slack === undefined
      ? Infinity
      : Math.max(slope - (2 * decrease - 1) * start.slope, value - start.value - slack * Math.abs(start.value))
  return missed(Math.min(armijo, nearly))
}

const tooSteep = ({ slope }: Tried, start: Height, { curvature }: Wolfe): number =>
  missed(Math.abs(slope) - curvature * Math.abs(start.slope))

const missed = (by: number): number => (Number.isNaN(by) ? Infinity : Math.max(by, 0))

/** The loss at `low` is low enough, and the lowest of those; `third` is another step tried. */
interface Interval {
  readonly low: Tried
  readonly high: Tried
  readonly third: Tried
}

const width = ({ low, high }: Interval): number => Math.abs(high.step - low.step)

/** The interval between the last two steps, if there is a good one in it. */
const found = (last: Tried, tried: Tried, high: number): Interval | undefined => {
  if (high > 0 || (last.step > 0 && tried.value >= last.value)) return { low: last, high: tried, third: last }
  return tried.slope >= 0 ? { low: tried, high: last, third: tried } : undefined
}

const shrunk = ({ low, high }: Interval, tried: Tried, tooHigh: number): Interval => {
  if (tooHigh > 0 || tried.value >= low.value) return { low, high: tried, third: high }
  if (tried.slope * (high.step - low.step) >= 0) return { low: tried, high: low, third: high }
  return { low: tried, high, third: low }
}

const inside = (interval: Interval): number => {
  const { low, high } = interval
  const between = (step: number, margin: number): boolean => {
    const far = margin * width(interval)
    return step > Math.min(low.step, high.step) + far && step < Math.max(low.step, high.step) - far
  }
  const cubic = cubicMinimum(interval)
  if (between(cubic, 0.2)) return cubic
  const quadratic = quadraticMinimum(interval)
  return between(quadratic, 0.1) ? quadratic : (low.step + high.step) / 2
}

/** Of low.value + low.slope · x + b · x² through both ends. */
const quadraticMinimum = ({ low, high }: Interval): number => {
  const x = high.step - low.step
  const b = (high.value - low.value - low.slope * x) / x ** 2
  return low.step - low.slope / (2 * b)
}

/** Of low.value + low.slope · x + b · x² + a · x³ through both ends and the third step. */
const cubicMinimum = ({ low, high, third }: Interval): number => {
  const rise = ({ step, value }: Tried): readonly [number, number] => {
    const x = step - low.step
    return [x, (value - low.value - low.slope * x) / x ** 2]
  }
  const [x, p] = rise(high)
  const [y, q] = rise(third)
  const a = (p - q) / (x - y)
  const b = (q * x - p * y) / (x - y)
  return low.step + (-b + Math.sqrt(b ** 2 - 3 * a * low.slope)) / (3 * a)
}
