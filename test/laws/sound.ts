import { scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { debias, type Expr, ema, type Hyper, type Optimizer, rule, type Tensors, tree } from 'gradus'
import type { AdadeltaOptions } from '../../laws/family/adadelta.ts'
import type { AdamOptions } from '../../laws/family/adam.ts'
import type { RmspropOptions } from '../../laws/family/rmsprop.ts'

/**
 * The adaptive family, each sound, written by somebody else: with parts that can be replaced. A mutant is one of them with one part that is
 * wrong, so that nothing else is.
 */
type Symbols<Names extends string> = Readonly<Record<Names | 'g' | 't' | 'lr', Expr>>

export const at = (lr: Hyper, t: number): number => (typeof lr === 'function' ? lr(t) : lr)
export const complement = (x: Expr): Expr => x.neg().add(1)
/** √v + ε */
export const after = (v: Expr, eps: Expr): Expr => v.sqrt().add(eps)
/** √(v + ε) */
export const under = (v: Expr, eps: Expr): Expr => v.add(eps).sqrt()

/** Of two moments: Adam, AMSGrad, AdaMax, RAdam. */
type Moment = Symbols<'m' | 'v' | 'most' | 'b1' | 'b2' | 'eps'>
/** With m, v and most as they are after the step, and as they were before. */
type Moved = Moment & { readonly old: Moment }
export interface Moments {
  m(symbols: Moment): Expr
  v(symbols: Moment): Expr
  /** Of the new v. */
  most(symbols: Moment): Expr
  over(symbols: Moved): Expr
  under(symbols: Moved): Expr
  /** The two of them, as a step. */
  step(over: Expr, under: Expr, symbols: Moved): Expr
}
type Given = (options: AdamOptions) => AdamOptions

export const mHat = ({ b1, m, t }: Moment): Expr => debias(b1, m, t)
export const vHat = ({ b2, v, t }: Moment): Expr => debias(b2, v, t)

const moments =
  (family: Partial<Moments> = {}) =>
  (wrong: Partial<Moments> = {}, given: Given = (options) => options) => {
    const parts: Moments = {
      m: ({ g, b1, m }) => ema(b1, m, g),
      v: ({ g, b2, v }) => ema(b2, v, g.square()),
      most: ({ most }) => most,
      over: mHat,
      under: (symbols) => after(vHat(symbols), symbols.eps),
      step: (over, under, { lr }) => over.div(under).mul(lr).neg(),
      ...family,
      ...wrong,
    }
    return (options: AdamOptions): Optimizer =>
      rule({
        name: 'mine',
        hyper: { ...given(options) },
        slots: { m: 0, v: 0, most: 0 },
        step: (old) => {
          const [m, v] = [parts.m(old), parts.v(old)]
          const next = { m, v, most: parts.most({ ...old, v }) }
          const moved = { ...old, ...next, old }
          return { ...next, delta: parts.step(parts.over(moved), parts.under(moved), moved) }
        },
      })
  }

/** RAdam's own: what it waits for, r of ρ and ρ∞, ρ∞, and the step while it waits. */
export interface Waiting {
  known(rho: Expr): Expr
  r(rho: Expr, limit: Expr): Expr
  limit(b2: Expr): Expr
  wait(over: Expr, symbols: Moved): Expr
}
export const squareOfR = (rho: Expr, limit: Expr): Expr => {
  const of = (x: Expr): Expr => x.sub(4).mul(x.sub(2)).div(x)
  return of(rho).div(of(limit))
}
export const rectified = (wrong: Partial<Waiting> = {}): Partial<Moments> => {
  const parts: Waiting = {
    known: (rho) => rho.gt(4),
    r: (rho, limit) => squareOfR(rho, limit).sqrt(),
    limit: (b2) => complement(b2).pow(-1).mul(2).sub(1),
    wait: (over) => over,
    ...wrong,
  }
  return {
    step: (over, under, symbols) => {
      const { b2, t, lr } = symbols
      const limit = parts.limit(b2)
      const rho = limit.sub(debias(b2, t.mul(2).mul(b2.pow(t)), t))
      const direction = parts.known(rho).select(over.mul(parts.r(rho, limit)).div(under), parts.wait(over, symbols))
      return direction.mul(lr).neg()
    },
  }
}

export const adam = moments()
export const amsgrad = moments({
  most: ({ most, ...symbols }) => most.max(vHat({ most, ...symbols })),
  under: ({ most, eps }) => after(most, eps),
})
export const adamax = moments({ v: ({ g, b2, v }) => v.mul(b2).max(g.abs()), under: ({ v, eps }) => v.add(eps) })
export const radam = moments(rectified())

/** Of one sum of squares: Adagrad, RMSprop. */
type Sum = Symbols<'v' | 'alpha' | 'eps'>
export interface Root {
  v(symbols: Sum): Expr
  under(symbols: Sum & { readonly old: Sum }): Expr
}
const root =
  (v: Root['v']) =>
  (wrong: Partial<Root> = {}) => {
    const parts: Root = { v, under: ({ v, eps }) => under(v, eps), ...wrong }
    return ({ alpha = 0, ...options }: Omit<RmspropOptions, 'alpha'> & { readonly alpha?: number }): Optimizer =>
      rule({
        name: 'mine',
        hyper: { alpha, ...options },
        slots: { v: 0 },
        step: (old) => {
          const v = parts.v(old)
          return {
            v,
            delta: old.g
              .div(parts.under({ ...old, v, old }))
              .mul(old.lr)
              .neg(),
          }
        },
      })
  }
export const adagrad = root(({ g, v }) => v.add(g.square()))
export const rmsprop = root(({ g, v, alpha }) => ema(alpha, v, g.square()))

/** Adadelta: d is the direction, u the mean of its squares. */
type Delta = Symbols<'v' | 'u' | 'rho' | 'eps'>
export interface Deltas {
  /** Of the new v. */
  d(symbols: Delta): Expr
  u(symbols: Delta & { readonly d: Expr }): Expr
}
export const adadelta =
  (wrong: Partial<Deltas> = {}) =>
  (options: AdadeltaOptions): Optimizer => {
    const parts: Deltas = {
      d: ({ g, u, v, eps }) => under(u, eps).div(under(v, eps)).mul(g),
      u: ({ u, rho, d }) => ema(rho, u, d.square()),
      ...wrong,
    }
    return rule({
      name: 'mine',
      hyper: { ...options },
      slots: { v: 0, u: 0 },
      step: (old) => {
        const v = ema(old.rho, old.v, old.g.square())
        const d = parts.d({ ...old, v })
        return { v, u: parts.u({ ...old, d }), delta: d.mul(old.lr).neg() }
      },
    })
  }

type Tensorial = { readonly m: Tensors; readonly v: Tensors; readonly powers: readonly [number, number] }

/** Adam over tensors, its powers of b1 and b2 in its state: they are multiplied once a step, or, wrongly, once a leaf. */
export const adamOverTensors =
  (once: 'a step' | 'a leaf' = 'a step') =>
  ({ lr, b1, b2, eps }: AdamOptions): Optimizer<Tensorial> => {
    const zeros = (params: Tensors): Tensors => tree.map((x: Tensor) => zerosLike(x), params)
    return {
      init: (params) => ({ m: zeros(params), v: zeros(params), powers: [1, 1] }),
      update: <P>({ m, v, powers }: Tensorial, grad: P, t: number) => {
        const [ms, vs] = [tree.leaves<Tensor>(m), tree.leaves<Tensor>(v)]
        let [p1, p2] = powers
        const moved = tree.leaves<Tensor>(grad as Tensors).map((g, i) => {
          if (i === 0 || once === 'a leaf') [p1, p2] = [p1 * b1, p2 * b2]
          return tidy(() => {
            const m = (ms[i] as Tensor).mul(b1).add(g.mul(1 - b1))
            const v = (vs[i] as Tensor).mul(b2).add(g.square().mul(1 - b2))
            const under = v
              .div(1 - p2)
              .sqrt()
              .add(scalar(eps))
            return {
              m,
              v,
              delta: m
                .div(1 - p1)
                .div(under)
                .mul(-at(lr, t)),
            }
          })
        })
        const each = (name: 'm' | 'v' | 'delta') =>
          tree.rebuild(
            grad,
            moved.map((one) => one[name]),
          )
        return [{ m: each('m'), v: each('v'), powers: [p1, p2] }, each('delta') as P] as const
      },
    }
  }
