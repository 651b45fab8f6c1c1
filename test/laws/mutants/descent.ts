import { add, mul, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import {
  adam,
  adamw,
  addDecayedWeights,
  chain,
  debias,
  type Expr,
  ema,
  heavyBall,
  momentum,
  movingAverage,
  nesterov,
  type Optimizer,
  rule,
  scaleByAdam,
  select,
  sgd,
  signSgd,
  signum,
  trace,
  tree,
} from 'gradus'
import { torch } from 'gradus/presets'
import { converges } from '../../../laws/claim/converges.ts'
import { nesterovRate, polyakRate } from '../../../laws/claim/polyakrate.ts'
import type { Rated } from '../../../laws/claim/rates.ts'
import { type Decaying, decoupledDecay, l2 } from '../../../laws/claim/weightdecay.ts'
import { gradientDescent } from '../../../laws/family/gradientdescent.ts'
import * as rolling from '../../../laws/family/momentum.ts'
import * as looking from '../../../laws/family/nesterov.ts'
import * as signs from '../../../laws/family/sign.ts'
import type { Law } from '../../../laws/law.ts'
import type { Mutant } from '../mutant.ts'
import { at } from '../sound.ts'

/** What goes wrong with weight decay, momentum, signs and steps downhill. */
const mutantsOf =
  <M>(list: (make: M) => readonly Law[]) =>
  (law: string, broken: Readonly<Record<string, M>>): readonly Mutant[] =>
    Object.entries(broken).map(([name, make]) => ({ name, laws: list(make), law }))

type Symbols<Name extends string> = Readonly<Record<Name, Expr>>

/** AdamW, u being Adam's direction: right where it goes down by lr · (u + weightDecay · θ). */
const decaying =
  (down: (symbols: Symbols<'u' | 'theta' | 'start' | 'lr' | 'last' | 'next' | 'weightDecay'>) => Expr): Decaying =>
  ({ lr, weightDecay }) =>
    chain(
      scaleByAdam(),
      rule({
        name: 'decay',
        hyper: { lr, last: (t) => at(lr, t - 1), next: (t) => at(lr, t + 1), weightDecay },
        slots: { start: 'theta' },
        step: ({ g: u, start, ...symbols }) => ({ start, delta: down({ u, start, ...symbols }).neg() }),
      }),
    )

const apart = mutantsOf(decoupledDecay)('weight decay apart from the gradient', {
  'AdamW whose decay is L2': ({ lr, weightDecay }) => chain(addDecayedWeights({ weightDecay }), adam({ lr })),
  'AdamW whose decay is not multiplied by lr': decaying(({ u, theta, lr, weightDecay }) =>
    u.mul(lr).add(theta.mul(weightDecay)),
  ),
  'AdamW whose decay is multiplied by lr twice': decaying(({ u, theta, lr, weightDecay }) =>
    u.add(theta.mul(weightDecay).mul(lr)).mul(lr),
  ),
  'AdamW whose decay is multiplied by 1 − lr': decaying(({ u, theta, lr, weightDecay }) =>
    u.mul(lr).add(theta.mul(weightDecay).mul(lr.neg().add(1))),
  ),
  'AdamW whose decay has the lr of before': decaying(({ u, theta, lr, last, weightDecay }) =>
    u.mul(lr).add(theta.mul(weightDecay).mul(last)),
  ),
  'AdamW whose decay has the lr of the next step': decaying(({ u, theta, lr, next, weightDecay }) =>
    u.mul(lr).add(theta.mul(weightDecay).mul(next)),
  ),
  'AdamW that decays what its step has moved': decaying(({ u, theta, lr, weightDecay }) =>
    u.add(theta.sub(u.mul(lr)).mul(weightDecay)).mul(lr),
  ),
  'AdamW that decays the θ of the start': decaying(({ u, start, lr, weightDecay }) =>
    u.add(start.mul(weightDecay)).mul(lr),
  ),
  'AdamW that decays by |θ|': decaying(({ u, theta, lr, weightDecay }) => u.add(theta.abs().mul(weightDecay)).mul(lr)),
  'AdamW that grows weights': decaying(({ u, theta, lr, weightDecay }) => u.sub(theta.mul(weightDecay)).mul(lr)),
  'SGD whose decay comes after its step in the chain': ({ lr, weightDecay }) =>
    chain(sgd({ lr }), addDecayedWeights({ weightDecay })),
})

const leftAlone = mutantsOf(decoupledDecay)('weight decay leaves the state alone', {
  'momentum in whose buffer the decay rolls on': ({ lr, weightDecay }) => torch.sgd({ lr, weightDecay, momentum: 0.9 }),
})

const coupled = mutantsOf(l2)('weight decay as part of the gradient', {
  'L2 that is decoupled': adamw,
  'L2 of λ · ‖θ‖² and not of half of it': ({ lr, weightDecay }) =>
    chain(addDecayedWeights({ weightDecay: 2 * weightDecay }), adam({ lr })),
  'L1 for L2': ({ lr, weightDecay }) =>
    chain(
      rule({
        name: 'l1',
        hyper: { weightDecay },
        step: ({ g, theta, weightDecay }) => ({ delta: g.add(theta.sign().mul(weightDecay)) }),
      }),
      adam({ lr }),
    ),
  'L2 in the first moment and not in the second': ({ lr, weightDecay }) =>
    rule({
      name: 'adam',
      hyper: { lr, b1: 0.9, b2: 0.999, weightDecay },
      slots: { m: 0, v: 0 },
      step: ({ g, theta, t, lr, b1, b2, weightDecay, ...slot }) => {
        const [m, v] = [ema(b1, slot.m, g.add(theta.mul(weightDecay))), ema(b2, slot.v, g.square())]
        return {
          m,
          v,
          delta: debias(b1, m, t)
            .div(debias(b2, v, t).sqrt().add(1e-8))
            .mul(lr)
            .neg(),
        }
      },
    }),
})

/** A buffer, and what becomes of the gradient: of `before`, the buffer as it was, or of m, the next one. */
const averaging =
  (
    next: (symbols: Symbols<'g' | 't' | 'before' | 'beta'>) => Expr,
    direction: (symbols: Symbols<'g' | 't' | 'before' | 'm' | 'beta'>) => Expr = ({ m }) => m,
  ): rolling.Averaging =>
  ({ beta }) =>
    rule({
      name: 'buffer',
      hyper: { beta },
      slots: { m: 0 },
      step: (symbols) => {
        const before = symbols.m
        const m = next({ ...symbols, before })
        return { m, delta: direction({ ...symbols, before, m }) }
      },
    })
const stepping =
  (make: rolling.Averaging): rolling.Rolling =>
  ({ lr, beta }) =>
    chain(make({ beta }), sgd({ lr }))
type Next = Parameters<typeof averaging>[0]
const sum: Next = ({ before, beta, g }) => before.mul(beta).add(g)
const mean: Next = ({ before, beta, g }) => ema(beta, before, g)

const sums = mutantsOf(rolling.trace)('a weighted sum of all gradients', {
  'a trace that makes the gradient smaller too': averaging(({ before, beta, g }) => before.add(g).mul(beta)),
  'a trace that forgets nothing': averaging(({ before, g }) => before.add(g)),
})

const averages: readonly Mutant[] = [
  ...mutantsOf(rolling.movingAverage)('a moving average of all gradients', {
    'a moving average that is a sum': trace,
  }),
  {
    name: 'a moving average whose first gradient counts in full',
    shipped: 'PyTorch’s SGD, its dampening equal to its momentum',
    laws: rolling.movingAverage(({ beta }) => torch.sgd({ lr: 1, momentum: beta, dampening: beta, maximize: true })),
    law: 'a moving average of all gradients',
  },
  ...mutantsOf(rolling.debiasedAverage)('a moving average whose weights make 1', {
    'a debiased average that is not': movingAverage,
    'a debiased average with the t of the next step': averaging(mean, ({ m, beta, t }) => debias(beta, m, t.add(1))),
  }),
]

const outside = mutantsOf(rolling.momentum)('a weighted sum of all gradients, times lr', {
  'momentum with lr inside': heavyBall,
  'momentum of a moving average': stepping(movingAverage),
  'momentum that steps by the old buffer': stepping(averaging(sum, ({ before }) => before)),
})

const inside = mutantsOf(rolling.heavyBall)('a weighted sum of all steps, each at its own lr', {
  'a heavy ball with lr outside': momentum,
})

/** Over tensors. */
const forgetful: rolling.Rolling = ({ lr, beta }) => ({
  init: (params) => tree.map((x) => zerosLike(x as Tensor), params),
  update: (state, grad, t) =>
    tidy(() => {
      const m = tree.map(
        (m, g) => (t % 3 === 0 ? (g as Tensor).clone() : add(mul(m as Tensor, beta), g as Tensor)),
        state as never,
        grad as never,
      )
      return [m, tree.map((x) => mul(x as Tensor, -at(lr, t)), m)] as never
    }),
})

const twoSteps = mutantsOf(rolling.polyakMomentum)('Polyak’s two steps', {
  'momentum that is forgotten every third step': forgetful,
  'momentum that goes against itself': stepping(averaging(({ before, beta, g }) => g.sub(before.mul(beta)))),
})

const nesterovs = mutantsOf(looking.nesterov)('Nesterov’s momentum, times lr', {
  'Nesterov’s momentum without its β': stepping(averaging(sum, ({ g, m }) => g.add(m))),
  'Nesterov’s momentum without its gradient': stepping(averaging(sum, ({ beta, m }) => m.mul(beta))),
  'Nesterov’s momentum with the old buffer': stepping(averaging(sum, ({ g, beta, before }) => g.add(before.mul(beta)))),
})

/** Nesterov's as it is told, but for where it looks. */
const looksAt =
  (probe: (symbols: Symbols<'theta' | 'm' | 'beta'>) => Expr): rolling.Rolling =>
  ({ lr, beta }) =>
    rule({
      name: 'looks',
      hyper: { lr, beta },
      slots: { m: 0 },
      step: ({ g, m, lr, beta }) => {
        const next = m.mul(beta).sub(g.mul(lr))
        return { m: next, delta: next }
      },
      probe,
    })

const aheads: readonly Mutant[] = [
  ...mutantsOf(looking.nesterovInside)('Nesterov’s momentum, each step at its own lr', {
    'Nesterov’s momentum with lr outside': nesterov,
  }),
  ...mutantsOf(looking.lookingAhead)('Nesterov’s look ahead, by a change of variables', {
    'momentum that is called Nesterov’s': momentum,
  }),
  ...mutantsOf(looking.nesterovAhead)('Nesterov’s look ahead', {
    'Nesterov’s look back': looksAt(({ theta, m, beta }) => theta.sub(m.mul(beta))),
    'Nesterov’s look a whole step ahead': looksAt(({ theta, m }) => theta.add(m)),
    'Nesterov’s look nowhere': heavyBall,
  }),
]

/** Lion, right where its sign is of ema(b1, m, g) and what is kept is ema(b2, m, g). */
const lionOf =
  (step: (symbols: Symbols<'g' | 'theta' | 'm' | 'b1' | 'b2' | 'weightDecay'>) => { m: Expr; u: Expr }) =>
  ({ lr, ...options }: signs.Lion): Optimizer =>
    rule({
      name: 'lion',
      hyper: { lr, ...options },
      slots: { m: 0 },
      step: ({ lr, ...symbols }) => {
        const { m, u } = step(symbols)
        return { m, delta: u.add(symbols.theta.mul(symbols.weightDecay)).mul(lr).neg() }
      },
    })

const lions = mutantsOf(signs.lion)('Lion, step by step', {
  'Lion with β₁ and β₂ swapped': lionOf(({ g, m, b1, b2 }) => ({ m: ema(b1, m, g), u: ema(b2, m, g).sign() })),
  'Lion that looks at the new momentum': lionOf(({ g, m, b1, b2 }) => {
    const next = ema(b2, m, g)
    return { m: next, u: ema(b1, next, g).sign() }
  }),
  'Lion that looks at the gradient only': lionOf(({ g, m, b2 }) => ({ m: ema(b2, m, g), u: g.sign() })),
  'Lion that keeps the sum it has looked at': lionOf(({ g, m, b1 }) => ({ m: ema(b1, m, g), u: ema(b1, m, g).sign() })),
  'Lion whose decay is in the gradient': lionOf(({ g, theta, m, b1, b2, weightDecay }) => {
    const slope = g.add(theta.mul(weightDecay))
    return { m: ema(b2, m, slope), u: ema(b1, m, slope).sign().sub(theta.mul(weightDecay)) }
  }),
})

/** SGD of what becomes of g. */
const along =
  (direction: (symbols: Symbols<'g' | 't' | 'lr'>) => Expr): Rated =>
  ({ lr }) =>
    rule({ name: 'along', hyper: { lr }, step: ({ g, t, lr }) => ({ delta: direction({ g, t, lr }).mul(lr).neg() }) })

const ofSigns: readonly Mutant[] = [
  ...mutantsOf(signs.signSgd)('the sign of the gradient', {
    'sign descent for which the sign of 0 is 1': along(({ g }) => select(g.ge(0), 1, -1)),
    'sign descent by g / (|g| + 0.001)': along(({ g }) => g.div(g.abs().add(0.001))),
    'sign descent by the sign of an average': ({ lr }) => signum({ lr, beta: 0.5 }),
  }),
  ...mutantsOf(signs.signSteps)('steps of lr, or none', {
    'sign descent with a soft sign': along(({ g }) => g.tanh()),
    'sign descent with g cut off at 1': along(({ g }) => g.max(-1).min(1)),
  }),
  ...mutantsOf(signs.signum)('the sign of the momentum', {
    'Signum without momentum': ({ lr }) => signSgd({ lr }),
    'Signum that is one step late': ({ lr, beta }) =>
      chain(averaging(mean, ({ before }) => before)({ beta }), signSgd({ lr })),
  }),
]

const descents: readonly Mutant[] = [
  ...mutantsOf(gradientDescent)('an error 1 − lr · h times as large', {
    'gradient ascent': along(({ g }) => g.neg()),
    'gradient descent without lr': along(({ g, lr }) => g.div(lr)),
    'gradient descent at the rate of the next step': ({ lr }) => sgd({ lr: (t) => at(lr, t + 1) }),
  }),
  ...mutantsOf(gradientDescent)('the descent lemma', {
    'gradient descent twice as far as it should': along(({ g }) => g.mul(2)),
  }),
  ...mutantsOf(polyakRate)('Polyak’s rate in a bowl', {
    'a heavy ball that is a moving average': stepping(movingAverage),
    'a heavy ball with √β': ({ lr, beta }) => momentum({ lr, beta: Math.sqrt(beta) }),
  }),
  ...mutantsOf(nesterovRate)('Nesterov’s rate in a bowl', {
    'Nesterov’s rate, claimed by momentum': momentum,
  }),
  ...mutantsOf((mine: Optimizer) => converges(mine))('converges in a bowl', {
    'SGD whose rate has fallen before it is there': sgd({ lr: (t) => 0.1 / t ** 2 }),
    'SGD that climbs': along(({ g }) => g.neg())({ lr: 0.1 }),
    'momentum that forgets nothing': torch.sgd({ lr: 0.1, momentum: 1 }),
  }),
]

export const mutants: readonly Mutant[] = [
  ...apart,
  ...leftAlone,
  ...coupled,
  ...sums,
  ...averages,
  ...outside,
  ...inside,
  ...twoSteps,
  ...nesterovs,
  ...aheads,
  ...lions,
  ...ofSigns,
  ...descents,
]
