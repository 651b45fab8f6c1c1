/** Where a hyperparameter may lie. `say` tells it as an error does: `0 ≤ b1 < 1`. */
export interface Range {
  holds(x: number): boolean
  say(name: string): string
}

export const finite: Range = { holds: Number.isFinite, say: () => 'a finite number' }
export const nonNegative: Range = { holds: (x) => x >= 0 && x < Infinity, say: (name) => `0 ≤ ${name} < ∞` }
export const positive: Range = { holds: (x) => x > 0 && x < Infinity, say: (name) => `0 < ${name} < ∞` }
/** Decay rates of averages: at 1 an average would never move, and its bias correction would divide by 0. */
export const fraction: Range = { holds: (x) => x >= 0 && x < 1, say: (name) => `0 ≤ ${name} < 1` }
