import { chain, type Expr, maxOver, type Optimizer, perTree, rule, sumOver, type Tensors, tree } from 'gradus'
import type { Distance } from '../../laws/family/distance.ts'
import type { Accumulate } from '../../laws/wrapper/accumulation.ts'
import type { Swa } from '../../laws/wrapper/average.ts'
import type { Lookahead } from '../../laws/wrapper/lookahead.ts'
import type { OnSome, Partition } from '../../laws/wrapper/parts.ts'
import type { Skip } from '../../laws/wrapper/skip.ts'
import { size } from './soundnorms.ts'
import { numbers, plus, times, written, zeros } from './written.ts'

/** Wrappers, averages and estimates of distances as somebody might write them: sound, each of parts that can be exchanged for a wrong one. */
type Sym<K extends string> = Readonly<Record<K, Expr>>

export const accumulation =
  ({
    share = (k: number): number => 1 / k,
    due = (t: number, k: number): boolean => t % k === 0,
    clock = (t: number, k: number): number => Math.ceil(t / k),
    left = (sum: Tensors): Tensors => zeros(sum),
    between = (g: Tensors): Tensors => zeros(g),
  } = {}): Accumulate =>
  (k, inner) =>
    written({
      init: (params) => ({ sum: zeros(params), state: inner.init(params) }),
      update: ({ sum, state }, g, t, at) => {
        const next = plus(sum, g)
        if (!due(t, k)) return [{ sum: next, state }, between(g)]
        const [after, delta] = inner.update(state, times(share(k), next), clock(t, k), at)
        return [{ sum: left(next), state: after }, delta]
      },
    })

type InLookahead = Sym<'g' | 'theta' | 'slow' | 'alpha' | 't'>
export const lookahead =
  ({
    start = 'theta' as 'theta' | 0,
    due = (t: number, k: number): boolean => t % k === 0,
    moved = ({ g, theta, slow, alpha }: InLookahead): Expr => slow.add(theta.add(g).sub(slow).mul(alpha)),
    kept = (_: InLookahead, moved: Expr): Expr => moved,
    shown = ({ slow }: Sym<'slow' | 'theta'>): Expr => slow,
  } = {}): Lookahead =>
  ({ k, alpha }, inner) =>
    chain(
      inner,
      rule({
        name: 'mine',
        hyper: { alpha, sync: (t) => (due(t, k) ? 1 : 0) },
        slots: { slow: start },
        step: (s) => {
          const next = moved(s)
          return { slow: s.sync.select(kept(s, next), s.slow), delta: s.sync.select(next.sub(s.theta), s.g) }
        },
        readout: shown,
      }),
    )

type InAverage = Sym<'g' | 'theta' | 'average' | 'n'>
/** Of the weights after an update. */
export const here = ({ g, theta }: InAverage): Expr => theta.add(g)
export const averageEma =
  ({
    heard = here,
    first = (x: Expr, _average: Expr): Expr => x,
    weight = (decay: number): number => decay,
    start = 0 as 0 | 'theta',
    delta = ({ g }: InAverage): Expr => g,
  } = {}) =>
  ({ decay }: { readonly decay: number }): Optimizer =>
    rule({
      name: 'mine',
      slots: { average: start, n: perTree(0) },
      step: (s) => {
        const next = s.average.mul(weight(decay)).add(heard(s).mul(1 - weight(decay)))
        return { average: s.n.eq(0).select(first(heard(s), next), next), n: s.n.add(1), delta: delta(s) }
      },
      readout: ({ average, theta, n }) => n.gt(0).select(average, theta),
    })

export const averageSwa =
  ({
    heard = here,
    over = (n: Expr): Expr => n,
    enters = (t: number, { start, stride }: Swa): boolean => t > start && (t - start) % stride === 0,
    before = (theta: Expr, _average: Expr): Expr => theta,
  } = {}) =>
  (options: Swa): Optimizer =>
    rule({
      name: 'mine',
      hyper: { now: (t) => (enters(t, options) ? 1 : 0) },
      slots: { average: 0, n: perTree(0) },
      step: (s) => {
        const n = s.n.add(s.now)
        const next = s.average.add(heard(s).sub(s.average).div(over(n)))
        return { average: s.now.select(next, s.average), n, delta: s.g }
      },
      readout: ({ average, theta, n }) => n.gt(0).select(average, before(theta, average)),
    })

export const skipping =
  ({
    broken = (g: Tensors): boolean => !numbers(g).every(Number.isFinite),
    kept = (before: unknown, _after: unknown): unknown => before,
    clock = (_t: number, made: number): number => made,
    still = (g: Tensors, _made: Tensors): Tensors => zeros(g),
    heard = (g: Tensors): Tensors => g,
  } = {}): Skip =>
  (inner) =>
    written({
      init: (params) => ({ made: 0, state: inner.init(params) }),
      update: ({ made, state }, g, t, at) => {
        const skipped = broken(g)
        const [after, delta] = inner.update(state, heard(g), clock(t, made + 1), at)
        if (!skipped) return [{ made: made + 1, state: after }, delta]
        return [{ made, state: kept(state, after) }, still(zeros(at.params), delta)]
      },
    })

type InDog = Sym<'g' | 'theta' | 'x0' | 'r' | 'G' | 'lr' | 'eps'>
export interface DogParts {
  /** How far it has come. */
  readonly far: (s: InDog) => Expr
  readonly r: (before: Expr, far: Expr, first: Expr) => Expr
  readonly first: (x0: Expr, rEps: number) => Expr
  readonly x0: (s: InDog) => Expr
  readonly G: (s: InDog) => Expr
  readonly under: (s: InDog) => Expr
}
export const dog =
  (wrong: Partial<DogParts> = {}) =>
  ({ lr, rEps, eps }: Distance): Optimizer => {
    const parts: DogParts = {
      far: ({ theta, x0 }) => size(theta.sub(x0), 'tree'),
      r: (before, far, first) => before.max(far).max(first),
      first: (x0, rEps) => size(x0, 'tree').add(1).mul(rEps),
      x0: ({ x0 }) => x0,
      G: ({ g, G }) => G.add(sumOver('tree', g.square())),
      under: ({ G, eps }) => G.add(eps).sqrt(),
      ...wrong,
    }
    return rule({
      name: 'mine',
      hyper: { lr, eps },
      slots: { x0: 'theta', r: perTree(0), G: perTree(0) },
      step: (s) => {
        const r = parts.r(s.r, parts.far(s), parts.first(s.x0, rEps))
        const G = parts.G(s)
        return {
          x0: parts.x0(s),
          r,
          G,
          delta: s.g
            .mul(s.lr)
            .mul(r)
            .div(parts.under({ ...s, r, G }))
            .neg(),
        }
      },
    })
  }

type InProdigy = Sym<'g' | 'theta' | 'x0' | 'r' | 's' | 'd'>
export interface ProdigyParts {
  readonly along: (s: InProdigy) => Expr
  readonly weight: (s: InProdigy) => Expr
  readonly norm: (s: Expr) => Expr
  readonly next: (d: Expr, found: Expr) => Expr
}
/** Prodigy without momentum: the estimate is all that matters here. */
export const prodigy = (wrong: Partial<ProdigyParts> = {}): Optimizer => {
  const parts: ProdigyParts = {
    along: ({ g, theta, x0 }) => sumOver('tree', g.mul(x0.sub(theta))),
    weight: ({ d }) => d.square(),
    norm: (s) => sumOver('tree', s.abs()),
    next: (d, found) => d.max(found),
    ...wrong,
  }
  return rule({
    name: 'mine',
    slots: { x0: 'theta', r: perTree(0), s: 0, d: perTree(0.01) },
    step: (all) => {
      const { g, d } = all
      const r = all.r.mul(0.97).add(d.square().mul(parts.along(all)))
      const s = all.s.mul(0.97).add(parts.weight(all).mul(g))
      const step = maxOver('tree', g.abs())
      const found = parts
        .norm(s)
        .gt(0)
        .select(r.div(parts.norm(s)), 0)
      return { x0: all.x0, r, s, d: parts.next(d, found), delta: g.mul(d).div(step.add(1e-9)).neg() }
    },
  })
}

type Where = (path: string) => boolean
/** The leaves that are meant. */
export const picked = (all: Tensors, where: Where): Tensors =>
  tree.pruned(
    all,
    tree.paths(all).map((path) => where(path)),
  ) as Tensors

export const partition =
  ({ seen = picked, own = (i: number): number => i } = {}): Partition =>
  (members, label) => {
    const all = Object.entries(members).map(([name, member]) => ({
      member,
      part: (params: Tensors) => seen(params, (path) => label(path) === name),
      has: (path: string) => label(path) === name,
    }))
    return written({
      init: (params): readonly unknown[] => all.map(({ member, part }) => member.init(part(params))),
      update: (before, g, t, at) => {
        const states = [...before]
        const deltas = new Map<string, unknown>()
        for (const [i, { member, part, has }] of all.entries()) {
          const [state, delta] = member.update(states[own(i)], part(g), t, { params: part(at.params) })
          states[own(i)] = state
          for (const [path, leaf] of tree.entries(delta)) if (has(path)) deltas.set(path, leaf)
        }
        const made = tree.paths(g).map((path) => deltas.get(path))
        return [states, tree.rebuild(g, made) as Tensors]
      },
    })
  }

/** An optimizer on some leaves. */
export const masked =
  ({ seen = picked, otherwise = (g: Tensors): Tensors => times(1, g) } = {}): OnSome =>
  (where, inner) =>
    partition({ seen })(
      { within: inner, outside: written({ init: () => [], update: (state, g) => [state, otherwise(g)] }) },
      (path) => (where(path) ? 'within' : 'outside'),
    )
