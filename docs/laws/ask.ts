import type { Law } from '../../laws/law.ts'

/** A function of gradus/laws, as one calls it, and what it gives for a sample. */
export interface Ask {
  /** Its name. */
  readonly name: string
  /** As one writes it: `odd(mine)`. */
  readonly call: string
  readonly laws: readonly Law[]
}

export interface Chapter {
  readonly title: string
  readonly words: string
  readonly asks: readonly Ask[]
}

/** `given` is what stands between the parentheses. Some lists depend on what they are asked of: `laws` may be several of them. */
export const ask = (name: string, given: string, laws: readonly Law[]): Ask => ({
  name,
  call: `laws.${name}(${given})`,
  laws: [...new Map(laws.map((law) => [law.name, law])).values()],
})
