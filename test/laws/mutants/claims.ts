import {
  chain,
  debias,
  type Expr,
  ema,
  type Hyper,
  type Optimizer,
  perTensor,
  perTree,
  rule,
  type Slot,
  scaleByPath,
  sgd,
  sumOver,
} from 'gradus'
import { type ClaimName, claims } from '../../../laws/claim/claim.ts'
import type { Mutant } from '../mutant.ts'

/** Who claims what is nearly true of them. */
type Make = (options?: { readonly lr?: Hyper }) => Optimizer
type Symbols = Readonly<Record<'g' | 'theta' | 't' | 'lr' | 'b1' | 'b2' | 'm' | 'v', Expr>>
type Start = number | 'theta' | Slot

/** An optimizer whose state is m, or m and v, if any; lr is 0.5 unless told. */
const made =
  (step: (symbols: Symbols) => object, slots: { readonly m?: Start; readonly v?: Start } = {}): Make =>
  ({ lr = 0.5 } = {}) =>
    rule({
      name: 'near miss',
      hyper: { lr, b1: 0.5, b2: 0.9 },
      slots: slots as { m: 0; v: 0 },
      step: (symbols) => step(symbols) as Record<'m' | 'v' | 'delta', Expr>,
    })
/** Without a state: −lr times this. */
const along = (direction: (symbols: Symbols) => Expr): Make =>
  made((symbols) => ({ delta: direction(symbols).mul(symbols.lr).neg() }))
/** Adam without eps, its moments freed of their 0s like this. */
const adam = (freed: (symbols: Symbols) => Expr): Make =>
  made(
    ({ g, lr, b1, b2, ...symbols }) => {
      const moments = { m: ema(b1, symbols.m, g), v: ema(b2, symbols.v, g.square()) }
      const direction = freed({ g, lr, b1, b2, ...symbols, ...moments })
      return { ...moments, delta: direction.mul(lr).neg() }
    },
    { m: 0, v: 0 },
  )
const summed = (factor: number, next: (symbols: Symbols) => Expr, rate: (lr: Expr) => Expr): Make =>
  made(
    (symbols) => {
      const m = symbols.m.mul(factor).add(next(symbols))
      return { m, delta: m.mul(rate(symbols.lr)).neg() }
    },
    { m: 0 },
  )

const byName: Make = ({ lr = 0.5 } = {}) => chain(scaleByPath({ b: 2 }), sgd({ lr }))
const decayed = along(({ g, theta }) => g.add(theta.mul(0.01)))
const clippedByAll = along(({ g }) => g.div(sumOver('tree', g.square()).add(1).sqrt()))

const NEAR: Readonly<Record<ClaimName, Readonly<Record<string, Make>>>> = {
  coordinatewise: {
    'SGD that takes the mean of its tensor away': along(({ g }) =>
      g.sub(sumOver('tensor', g).div(sumOver('tensor', 1))),
    ),
    'Adagrad with one accumulator for a tensor': made(
      ({ g, v, lr }) => {
        const next = v.add(sumOver('tensor', g.square()))
        return { v: next, delta: g.div(next.add(1).sqrt()).mul(lr).neg() }
      },
      { v: perTensor(0) },
    ),
    'SGD with another rate for another name': byName,
  },
  tensorwise: {
    'SGD clipped by the norm of all tensors': clippedByAll,
    'SGD with one number for all tensors in its state': made(
      ({ g, v, lr }) => ({ v: v.add(sumOver('tree', g)), delta: g.add(v.mul(1e-6)).mul(lr).neg() }),
      { v: perTree(0) },
    ),
  },
  odd: {
    'SGD that forgets the sign of the gradient': along(({ g }) => g.abs()),
    'SGD clipped at −1 and 2': along(({ g }) => g.max(-1).min(2)),
    'decay towards 1': along(({ g, theta }) => g.add(theta.sub(1).mul(0.01))),
    'sign descent that takes the sign of 0 for 1': along(({ g }) => g.ge(0).select(1, -1)),
  },
  translationInvariant: {
    'SGD with a decay': decayed,
    'a step in proportion to θ': along(({ g, theta }) => g.mul(theta.abs().add(1))),
    'a distance from 0 and not from where it started': made(
      ({ g, theta, m, lr }) => ({ m, delta: g.mul(theta.sub(m).abs().add(1)).mul(lr).neg() }),
      { m: 0 },
    ),
  },
  rest: {
    'a decay where there is no gradient': decayed,
    'an average of gradients that starts above 0': made(
      ({ g, m, lr }) => ({ m: ema(lr.mul(0).add(0.9), m, g), delta: m.mul(lr).neg() }),
      { m: 1e-6 },
    ),
    'an eps added to the gradient, not to its size': along(({ g }) => g.add(1e-3).div(g.abs().add(1e-3))),
    'a gradient divided by its size, 0 by 0': along(({ g }) => g.div(g.abs())),
  },
  scaleFree: {
    'an eps where the gradient has a size': along(({ g }) => g.div(g.abs().add(1e-8))),
    'an accumulator that starts above 0': made(
      ({ g, v, lr }) => ({ v: v.add(g.square()), delta: g.div(v.add(g.square()).sqrt()).mul(lr).neg() }),
      { v: 0.1 },
    ),
    'Adam that has lost its root': adam(({ m, v }) => m.div(v)),
    'a gradient that is clipped before it is divided by its size': along(({ g }) => g.max(-1).min(1).div(g.abs())),
    'L2 in what is divided by the size': along(({ g, theta }) => {
      const all = g.add(theta.mul(0.01))
      return all.div(all.abs())
    }),
  },
  homogeneous: {
    'SGD that is clipped': along(({ g }) => g.max(-2).min(2)),
    'SGD that squares its gradient': along(({ g }) => g.mul(g.abs())),
    'SGD with a threshold': along(({ g }) => g.abs().gt(1e-2).select(g, 0)),
  },
  neverUp: {
    'a momentum that claims never to go up': summed(
      0.9,
      ({ g }) => g,
      (lr) => lr,
    ),
    'SGD that takes the last step back': made(({ g, m, lr }) => ({ m: g, delta: m.sub(g.mul(2)).mul(lr) }), { m: 0 }),
  },
  downhill: {
    'SGD that has lost its minus': along(({ g }) => g.neg()),
    'a moving average whose sign is lost where it is used': made(
      ({ g, m, lr, b1 }) => ({ m: ema(b1, m, g), delta: ema(b1, m, g).mul(lr) }),
      { m: 0 },
    ),
    'SGD that never moves': along(({ g }) => g.mul(0)),
  },
  linearInLr: {
    'a momentum with lr in its buffer': made(
      ({ g, m, lr }) => ({ m: m.mul(0.9).sub(g.mul(lr)), delta: m.mul(0.9).sub(g.mul(lr)) }),
      { m: 0 },
    ),
    'SGD with lr twice': along(({ g, lr }) => g.mul(lr)),
    'a decay without lr': made(({ g, theta, lr }) => ({ delta: g.mul(lr).add(theta.mul(0.01)).neg() })),
    'SGD divided by 1 + lr': along(({ g, lr }) => g.div(lr.add(1))),
  },
  boundedByLr: {
    'a sum of signs': summed(
      0.9,
      ({ g }) => g.sign(),
      (lr) => lr,
    ),
    'Adam that claims steps of at most lr': adam(({ m, v, b1, b2, t }) =>
      debias(b1, m, t).div(debias(b2, v, t).sqrt()),
    ),
    'RMSprop that claims steps of at most lr': adam(({ g, v }) => g.div(v.add(1e-8).sqrt())),
    'sign descent with a decay': along(({ g, theta }) => g.sign().add(theta.mul(0.01))),
  },
  constantGradient: {
    'Adam whose averages are not freed of their 0s': adam(({ m, v }) => m.div(v.sqrt())),
    'Adam that frees m of its 0s, and not v': adam(({ m, v, b1, t }) => debias(b1, m, t).div(v.sqrt())),
    'Adam that frees of 0s as after the next update': adam(({ m, v, b1, b2, t }) =>
      debias(b1, m, t.add(1)).div(debias(b2, v, t.add(1)).sqrt()),
    ),
    'Adam that frees m with β₂ and v with β₁': adam(({ m, v, b1, b2, t }) =>
      debias(b2, m, t).div(debias(b1, v, t).sqrt()),
    ),
    'Adam that frees the root of v, and not v, of its 0s': adam(({ m, v, b1, b2, t }) =>
      debias(b1, m, t).div(debias(b2, v.sqrt(), t)),
    ),
    'Adam with an eps that can be felt': adam(({ m, v, b1, b2, t }) =>
      debias(b1, m, t).div(debias(b2, v, t).sqrt().add(1e-4)),
    ),
  },
}

export const mutants: readonly Mutant[] = Object.entries(NEAR).flatMap(([claim, list]) =>
  Object.entries(list).map(([name, make]) => {
    const law = claims[claim as ClaimName].law(make as (options?: object) => Optimizer)
    return { name, laws: [law], law: law.name }
  }),
)
