import fc from 'fast-check'
import { chain } from '../../src/optimizer/chain.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { eachTensor, norm, times } from '../arithmetic/norm.js'
import { type Vector, vectors } from '../drawn/gradients.js'
import { along } from '../family/trust.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import type { Layout } from '../run/machine.js'
import { remembered } from '../run/made.js'
import { alike, one, rounding, run, two } from '../run/run.js'

/**
 * Clipping, of the function that makes it of its limit: `laws.clipByNorm(clipByGlobalNorm)`.
 *
 *     clip(g) = g where |g| ≤ limit, min(1, limit / |g|) · g elsewhere
 *
 * |·| is the norm of all tensors, the root mean square of each, or an element’s own. Whichever it is, clipping is the projection onto
 * a ball; and so the limit is reached, and to clip again changes nothing. All of it but for rounding.
 */
export type Clip = (limit: number) => Optimizer

interface Size {
  /** What is clipped, in the names of the laws. */
  readonly noun: string
  readonly sign: string
  /** What has a size of its own. */
  readonly parts: Layout
  of(part: Vector): number
  /** What may come in its place if an element is none of these: nothing that is finite everywhere. */
  readonly bad: readonly number[]
  readonly edges: readonly Vector[]
}

const LIMITS = [1, 2, 0.5, 8]
/** Further than that below the limit, nothing may be clipped. */
const CLEAR = 1 + 1e-4

const limit = fc.constantFrom(...LIMITS)
const g = vectors()
const small = g.map((g) => times(2 ** -5, g))

const clipping = ({ noun, sign, parts, of, bad, edges }: Size) => {
  const sizes = (x: Vector): Vector => eachTensor(parts, (part) => [of(part)], x)
  return (make: Clip): readonly Law[] => {
    const at = remembered(make)
    const twice = remembered((limit: number) => chain(at(limit), at(limit)))
    const within = rounding(at(1))
    const through = (clip: Optimizer, g: Vector) => run(clip, [g], { layout: two(3) })[0] as Vector
    return [
      law({
        name: `${noun} is clipped to the limit`,
        equation: `|clip(g)| = min(|g|, limit),   |·| = ${sign}`,
        words: 'What is too large becomes as large as the limit, and no smaller.',
        given: fc.record({ g, limit }),
        edges: edges.map((g) => ({ g, limit: 1 })),
        holds: ({ g, limit }) => {
          const came = sizes(through(at(limit), g))
          const expected = sizes(g).map((size) => Math.min(size, limit))
          alike([came], [expected], within, sign)
        },
      }),
      law({
        name: `${noun} below the limit is left alone`,
        equation: `|g| < limit ⇒ clip(g) = g,   |·| = ${sign}`,
        words: 'From 0 on.',
        given: fc.record({ g: small, limit }),
        edges: [{ g: [0, 0, 0], limit: 1 }],
        holds: ({ g, limit }) => {
          const made = through(at(limit), g)
          const expected = eachTensor(parts, (g, made) => (of(g) * CLEAR < limit ? g : made), g, made)
          alike([made], [expected], within)
        },
      }),
      law({
        name: `${noun} is clipped along itself`,
        equation: 'clip(g) = s · g,   s > 0',
        words: 'What is clipped as one keeps its direction.',
        given: fc.record({ g, limit }),
        holds: ({ g, limit }) => along(through(at(limit), g), g, within, parts),
      }),
      law({
        name: `${noun} is clipped once and for all`,
        equation: 'clip(clip(g)) = clip(g)',
        words: 'To clip again changes nothing, but for rounding.',
        given: fc.record({ g, limit }),
        holds: ({ g, limit }) => alike([through(twice(limit), g)], [through(at(limit), g)], within),
      }),
      law({
        name: `${noun} is clipped in proportion`,
        equation: 'clip(c · g) at c · limit = c · clip(g) at limit',
        words: 'c > 0: nothing but the limit tells large from small.',
        given: fc.record({ g, limit, c: fc.constantFrom(2, 0.25, 2 ** -20) }),
        holds: ({ g, limit, c }) =>
          alike([times(1 / c, through(at(c * limit), times(c, g)))], [through(at(limit), g)], within),
      }),
      law({
        name: `${noun} is clipped and nothing hidden`,
        equation: `gᵢ ∈ {${bad.join(', ')}} ⇒ clip(g) is not finite everywhere`,
        words: 'Whoever looks at gradients after the clipping still sees that they are broken.',
        given: fc.record({ g, at: fc.nat({ max: 2 }), bad: fc.constantFrom(...bad), limit }),
        holds: ({ g, at: place, bad, limit }) => {
          const made = through(
            at(limit),
            g.map((x, i) => (i === place ? bad : x)),
          )
          if (made.every(Number.isFinite)) throw new Broken('clip(g)', made, 'something that is not finite')
        },
      }),
    ]
  }
}

const BROKEN = [Number.NaN, Infinity, -Infinity]

/** By the norm of all tensors as one vector. */
export const clipByNorm = clipping({ noun: 'a norm', sign: '‖g‖', parts: one(3), of: norm, bad: BROKEN, edges: [] })

/** By the root of the mean square of each tensor. */
export const clipByRms = clipping({
  noun: 'a tensor',
  sign: 'rms(g)',
  parts: two(3),
  of: (x) => norm(x) / Math.sqrt(x.length),
  bad: BROKEN,
  edges: [],
})

/** Element by element; an infinite one becomes as large as the limit. */
export const clipByValue = clipping({
  noun: 'an element',
  sign: '|gᵢ|',
  parts: { a: [1], b: [1], c: [1] },
  of: norm,
  bad: [Number.NaN],
  edges: [[Infinity, -Infinity, 1]],
})
