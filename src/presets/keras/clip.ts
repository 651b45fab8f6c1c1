import { literal } from '../../expr/expr.js'
import { mistake } from '../../failure.js'
import { formula, type Rule } from '../../rule/formula.js'
import { norm } from '../../rule/moment.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'

/** How Keras clips: each tensor by its norm, all by that of the whole, or element by element. A limit of 0 is none. */
interface Clipping {
  readonly clipnorm?: Hyper | null
  readonly clipvalue?: Hyper | null
  readonly globalClipnorm?: Hyper | null
}

type Clip = (limit: Hyper) => Rule

const KINDS: Readonly<Record<keyof Clipping, Clip>> = {
  clipnorm: (clipnorm) =>
    formula({
      name: 'clipnorm',
      hyper: { clipnorm },
      range: { clipnorm: nonNegative },
      step: ({ g, clipnorm }) => ({ delta: g.mul(clipnorm).div(norm('tensor', g).max(clipnorm)) }),
    }),
  clipvalue: (clipvalue) =>
    formula({
      name: 'clipvalue',
      hyper: { clipvalue },
      range: { clipvalue: nonNegative },
      step: ({ g, clipvalue }) => ({ delta: g.max(clipvalue.neg()).min(clipvalue) }),
    }),
  globalClipnorm: (globalClipnorm) =>
    formula({
      name: 'globalClipnorm',
      hyper: { globalClipnorm },
      range: { globalClipnorm: nonNegative },
      step: ({ g, globalClipnorm }) => {
        const all = norm('tree', g)
        const scale = literal(1).div(all).min(literal(1).div(globalClipnorm)).mul(globalClipnorm)
        // Infinity less itself is NaN: a norm that is not finite spoils the whole.
        return { delta: g.mul(scale.add(all.sub(all))) }
      },
    }),
}

export const clipping = (who: string, options: Clipping): readonly Rule[] => {
  const given = (Object.keys(KINDS) as (keyof Clipping)[]).filter((kind) => (options[kind] ?? null) !== null)
  if (given.length > 1) throw mistake(who, `${given.join(' and ')} are both given`, 'one way to clip')
  return given.flatMap((kind) => {
    const limit = options[kind] as Hyper
    return limit === 0 ? [] : [KINDS[kind](limit)]
  })
}
