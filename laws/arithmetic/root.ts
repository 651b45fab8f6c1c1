/** Where an ε stands that is there lest something be divided by 0: √(v + ε), or √v + ε. */
export interface Epsilon {
  readonly eps?: 'inside' | 'outside'
}

export const root =
  ({ eps: where = 'inside' }: Epsilon) =>
  (v: number, eps: number): number =>
    where === 'inside' ? Math.sqrt(v + eps) : Math.sqrt(v) + eps
