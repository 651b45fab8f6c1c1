/**
 * The name that was meant: the one at the least distance, in letters put in, left out, changed or swapped with their
 * neighbour, if that is less than half of them. Damerau 1964, https://doi.org/10.1145/363958.363994
 */
export const nearest = (name: string, among: readonly string[]): string | undefined => {
  if (name.length > LONGEST) return undefined
  const distances = among.map((other) => ({ other, d: distance(name.toLowerCase(), other.toLowerCase()) }))
  const best = distances.reduce((a, b) => (b.d < a.d ? b : a), { other: '', d: Infinity })
  return best.d < Math.max(2, Math.max(name.length, best.other.length) / 2) ? best.other : undefined
}

const LONGEST = 64

/** Row i, column j: the distance of the first i letters of a from the first j of b. */
const distance = (a: string, b: string): number => {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j))
  const at = (i: number, j: number): number => rows[i]?.[j] as number
  for (let i = 1; i <= a.length; i += 1)
    for (let j = 1; j <= b.length; j += 1) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      ;(rows[i] as number[])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, changed, swapped)
    }
  return at(a.length, b.length)
}
