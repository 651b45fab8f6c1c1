/**
 * A text as numbers, split into what is learned and what is kept for validation.
 *
 *     block(character) = ⌊its first byte / 2048⌋          blocks 10, 20, 30, … are for validation
 *
 * No window reaches from one part into the other, so no character is both learned and validated.
 */
export interface Corpus {
  /** What each number stands for. */
  readonly symbols: readonly string[]
  /** The text: a number a character. */
  readonly ids: Uint8Array
  readonly training: readonly Stretch[]
  readonly validation: readonly Stretch[]
}

/** Characters `from` ≤ i < `to`. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export const BLOCK = 2048
export const TENTH = 10
/** The shortest text that has a block for validation. */
export const LEAST = BLOCK * TENTH

/** Numbers are bytes; what is rarer than the 255 most frequent characters becomes one symbol, `UNKNOWN`. */
const MOST = 256
export const UNKNOWN = '�'

export const corpusOf = (content: string): Corpus => {
  const symbols = symbolsOf(content)
  const numbers = new Map(symbols.map((symbol, i) => [symbol, i]))
  const unknown = numbers.get(UNKNOWN) ?? 0
  const ids = new Uint8Array(content.length)
  const stretches: (Stretch & { kept: boolean })[] = []
  let [length, byte, from, kept] = [0, 0, 0, false]
  for (const character of content) {
    const keep = Math.floor(byte / BLOCK) % TENTH === TENTH - 1
    if (keep !== kept) {
      stretches.push({ from, to: length, kept })
      ;[from, kept] = [length, keep]
    }
    ids[length++] = numbers.get(character) ?? unknown
    byte += bytesOf(character)
  }
  stretches.push({ from, to: length, kept })
  const part = (wanted: boolean) => stretches.flatMap(({ kept, ...s }) => (kept === wanted ? [s] : []))
  return { symbols, ids: ids.slice(0, length), training: part(false), validation: part(true) }
}

const symbolsOf = (content: string): readonly string[] => {
  const counts = new Map<string, number>()
  for (const character of content) counts.set(character, (counts.get(character) ?? 0) + 1)
  if (counts.size <= MOST) return [...counts.keys()].sort(byCode)
  counts.delete(UNKNOWN)
  const frequent = [...counts].sort(([a, n], [b, m]) => m - n || byCode(a, b)).slice(0, MOST - 1)
  return [UNKNOWN, ...frequent.map(([character]) => character).sort(byCode)]
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const bytesOf = (character: string): number => {
  const code = character.codePointAt(0) as number
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}

/** The starts of windows of `size` characters, `stride` apart, each inside of one stretch. */
export const windows = (stretches: readonly Stretch[], size: number, stride: number): number[] =>
  stretches.flatMap(({ from, to }) =>
    Array.from({ length: Math.max(0, Math.floor((to - from - size) / stride) + 1) }, (_, i) => from + i * stride),
  )

/** At most `most` of them, evenly spread. */
export const spread = <A>(all: readonly A[], most: number): readonly A[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)] as A)

/** −Σ p log p over the frequencies of symbols, in nats: the loss of who knows these and nothing else. */
export const unigramEntropy = (ids: Uint8Array): number => {
  const counts = new Float64Array(MOST)
  for (const id of ids) counts[id] = (counts[id] as number) + 1
  return counts.reduce((sum, n) => (n === 0 ? sum : sum - (n / ids.length) * Math.log(n / ids.length)), 0)
}
