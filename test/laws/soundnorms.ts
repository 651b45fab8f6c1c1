import { add, matMul, mul, norm, type Tensor, transpose } from '@tensorflow/tfjs-core'
import { type Expr, type Optimizer, rule, select, sumOver, type Tensors, tree } from 'gradus'
import type { Lamb } from '../../laws/family/lamb.ts'
import type { Lars } from '../../laws/family/lars.ts'
import type { Muon } from '../../laws/family/orthogonal.ts'
import { plus, times, written, zeros } from './written.ts'

/**
 * Trust ratios, clipping, projections and Muon as somebody might write them: sound, each of parts that can be exchanged for a wrong one.
 */
export const size = (x: Expr, over: 'tensor' | 'tree' = 'tensor'): Expr => sumOver(over, x.square()).sqrt()
/** a / b, and 1 where one of them is 0. */
export const ratio = (a: Expr, b: Expr): Expr => select(a.eq(0).add(b.eq(0)).gt(0), 1, a.div(b))

/** Δ = f(g, limit). */
export const clipping =
  (f: (g: Expr, limit: number) => Expr) =>
  (limit: number): Optimizer =>
    rule({ name: 'mine', step: ({ g }) => ({ delta: f(g, limit) }) })

type Sym<K extends string> = Readonly<Record<K, Expr>>
type InLamb = Sym<'g' | 'theta' | 'm' | 'v' | 'lr' | 'b1' | 'b2' | 't' | 'weightDecay' | 'eps'>

export const adamOf = ({ m, v, b1, b2, t, eps }: InLamb): Expr =>
  m.div(b1.pow(t).neg().add(1)).div(v.div(b2.pow(t).neg().add(1)).sqrt().add(eps))
export const decayed = (s: InLamb): Expr => adamOf(s).add(s.theta.mul(s.weightDecay))

export const lamb =
  (
    delta = (s: InLamb): Expr =>
      decayed(s)
        .mul(ratio(size(s.theta), size(decayed(s))))
        .mul(s.lr)
        .neg(),
  ) =>
  ({ lr, b1, b2, eps, weightDecay }: Lamb): Optimizer =>
    rule({
      name: 'mine',
      hyper: { lr, b1, b2, eps, weightDecay },
      slots: { m: 0, v: 0 },
      step: ({ m: before, v: squares, ...s }) => {
        const m = before.mul(s.b1).add(s.g.mul(s.b1.neg().add(1)))
        const v = squares.mul(s.b2).add(s.g.square().mul(s.b2.neg().add(1)))
        return { m, v, delta: delta({ ...s, m, v }) }
      },
    })

type InLars = Sym<'g' | 'theta' | 'm' | 'lr' | 'beta' | 'trust' | 'weightDecay'>
export interface LarsParts {
  readonly lambda: (s: InLars) => Expr
  /** What the momentum hears, and what becomes of it. */
  readonly heard: (s: InLars, lambda: Expr) => Expr
  readonly delta: (s: InLars) => Expr
}
export const lars =
  (wrong: Partial<LarsParts> = {}) =>
  ({ lr, trust, beta, weightDecay }: Lars): Optimizer => {
    const parts: LarsParts = {
      lambda: ({ g, theta, trust, weightDecay }) => {
        const bar = size(g).add(size(theta).mul(weightDecay))
        return select(size(theta).eq(0).add(bar.eq(0)).gt(0), 1, trust.mul(size(theta)).div(bar))
      },
      heard: ({ g, theta, lr, weightDecay }, lambda) => g.add(theta.mul(weightDecay)).mul(lambda.mul(lr)),
      delta: ({ m }) => m.neg(),
      ...wrong,
    }
    return rule({
      name: 'mine',
      hyper: { lr, trust, beta, weightDecay },
      slots: { m: 0 },
      step: (s) => {
        const m = s.m.mul(s.beta).add(parts.heard(s, parts.lambda(s)))
        return { m, delta: parts.delta({ ...s, m }) }
      },
    })
  }

/** Δ = p − θ, p = f(θ + g). */
export const projecting = (f: (end: Expr, theta: Expr, g: Expr) => Expr): Optimizer =>
  rule({ name: 'mine', step: ({ g, theta }) => ({ delta: f(theta.add(g), theta, g).sub(theta) }) })

export interface MuonParts {
  m(m: Tensors, g: Tensors): Tensors
  u(m: Tensors, g: Tensors): Tensors
  bounded(x: Tensor): Tensor
  readonly steps: number
  readonly quintic: readonly [number, number, number]
  /** What was transposed before the iteration. */
  back(x: Tensor): Tensor
  factor(rows: number, columns: number): number
  /** Of the direction and what it was made of. */
  step(o: Tensor, u: Tensor): Tensor
}

export const muon = (wrong: Partial<MuonParts> = {}) => {
  const parts: MuonParts = {
    m: (m, g) => plus(times(0.95, m), times(0.05, g)),
    u: (m, g) => plus(times(0.95, m), times(0.05, g)),
    bounded: (x) => x.div(add(norm(x), 1e-7)),
    steps: 5,
    quintic: [3.4445, -4.775, 2.0315],
    back: (x) => transpose(x),
    factor: (rows, columns) => Math.sqrt(Math.max(1, columns / rows)),
    step: (o) => o,
    ...wrong,
  }
  const direction = (u: Tensor): Tensor => {
    const [rows = 0, columns = 0] = u.shape
    const tall = rows > columns
    const [a, b, c] = parts.quintic
    let x = parts.bounded(tall ? transpose(u) : u)
    for (let i = 0; i < parts.steps; i++) {
      const gram = matMul(x, x, false, true)
      x = add(mul(x, a), matMul(add(mul(gram, b), mul(matMul(gram, gram), c)), x))
    }
    return parts.step(mul(tall ? parts.back(x) : x, parts.factor(rows, columns)), u)
  }
  return ({ lr }: Muon): Optimizer =>
    written({
      init: zeros,
      update: (before: Tensors, g) => {
        const m = parts.m(before, g)
        return [m, times(-lr, tree.map(direction, parts.u(m, g)) as Tensors)]
      },
    })
}

/** f at some leaves. */
export const onLeaves = (where: (path: string) => boolean, f: (g: Expr) => Expr): Optimizer =>
  rule({
    name: 'mine',
    leaf: { on: (path) => (where(path) ? 1 : 0) },
    step: ({ g, on }) => ({ delta: on.select(f(g), g) }),
  })
