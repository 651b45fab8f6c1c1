import * as gradus from 'gradus'
import { debias, ema, type Optimizer } from 'gradus'
import { keras, optax, tfjs, torch } from 'gradus/presets'
import { bounded } from '../../../laws/claim/bounded.ts'
import { downhill } from '../../../laws/claim/claims.ts'
import { equal } from '../../../laws/claim/equal.ts'
import { adadelta } from '../../../laws/family/adadelta.ts'
import { adagrad } from '../../../laws/family/adagrad.ts'
import { type AdamOptions, adam } from '../../../laws/family/adam.ts'
import { adamax } from '../../../laws/family/adamax.ts'
import { amsgrad } from '../../../laws/family/amsgrad.ts'
import { radam } from '../../../laws/family/radam.ts'
import { type RmspropOptions, rmsprop } from '../../../laws/family/rmsprop.ts'
import { rmspropCentered } from '../../../laws/family/rmspropcentered.ts'
import { type Mutant, rows } from '../mutant.ts'
import * as mine from '../sound.ts'
import { after, at, complement, mHat, squareOfR, under, vHat } from '../sound.ts'

/** How the adaptive family goes wrong: of what is sound one part at a time. */
const RATIO = 'Adam is a ratio of weighted means'
const CONSTANT = 'Adam at a constant gradient'
const EPSILON = 'where the ε of Adam stands'
const REACHED = 'Adam reaches its sharp bound'
const SIGN = 'Adam without memory takes the sign'

const inAdam = rows((wrong: Partial<mine.Moments>) => {
  const wronged = mine.adam(wrong)
  return [...adam(wronged), ...downhill(wronged({ lr: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8 }))]
})(
  ['Adam without bias correction', { over: ({ m }) => m, under: ({ v, eps }) => after(v, eps) }, CONSTANT],
  ['Adam, the bias of m alone corrected', { under: ({ v, eps }) => after(v, eps) }, REACHED],
  ['Adam, the bias of v alone corrected', { over: ({ m }) => m }, CONSTANT],
  [
    'Adam, its biases corrected by t − 1',
    {
      over: ({ t, ...s }) => mHat({ ...s, t: t.sub(1) }),
      under: ({ t, ...s }) => after(vHat({ ...s, t: t.sub(1) }), s.eps),
    },
    RATIO,
  ],
  [
    'Adam, its biases corrected by t + 1',
    {
      over: ({ t, ...s }) => mHat({ ...s, t: t.add(1) }),
      under: ({ t, ...s }) => after(vHat({ ...s, t: t.add(1) }), s.eps),
    },
    CONSTANT,
  ],
  ['Adam, the bias of v corrected by β₁', { under: ({ b1, v, t, eps }) => after(debias(b1, v, t), eps) }, CONSTANT],
  ['Adam, its ε under the root', { under: (s) => under(vHat(s), s.eps) }, 'the ε of Adam has the unit of a gradient'],
  ['Adam, its ε under the root and after it', { under: (s) => under(vHat(s), s.eps).add(s.eps) }, EPSILON],
  ['Adam, its ε forgotten', { under: (s) => vHat(s).sqrt() }, EPSILON],
  ['Adam, its ε a floor', { under: (s) => vHat(s).sqrt().max(s.eps) }, CONSTANT],
  ['Adam, the mean of g in the place of that of g²', { v: ({ g, b2, v }) => ema(b2, v, g) }, RATIO],
  ['Adam, the mean of |g| in the place of that of g²', { v: ({ g, b2, v }) => ema(b2, v, g.abs()) }, SIGN],
  [
    'Adam, the square of m in the place of that of g',
    { v: ({ g, b1, b2, m, v }) => ema(b2, v, ema(b1, m, g).square()) },
    RATIO,
  ],
  ['Adam, m renewed after the step', { over: ({ old, b1, t }) => debias(b1, old.m, t) }, CONSTANT],
  [
    'Adam, v renewed after the step',
    { under: (s) => after(vHat({ ...s, v: s.old.v }), s.eps) },
    'Adam within its sharp bound',
  ],
  ['Adam, m a sum and no mean', { m: ({ g, b1, m }) => m.mul(b1).add(g) }, CONSTANT],
  ['Adam, v a sum and no mean', { v: ({ g, b2, v }) => v.mul(b2).add(g.square()) }, CONSTANT],
  ['Adam, v without its root', { under: (s) => vHat(s).add(s.eps) }, SIGN],
  [
    'Adam, m of gradients that are divided by √v̂',
    {
      m: ({ g, b1, m, ...s }) => ema(b1, m, g.div(vHat({ ...s, g, b1, m, v: ema(s.b2, s.v, g.square()) }).sqrt())),
      step: (over, _, { lr }) => over.mul(lr).neg(),
    },
    RATIO,
  ],
  ['Adam, its lr squared', { step: (over, under, { lr }) => over.div(under).mul(lr.square()).neg() }, RATIO],
  [
    'Adam, its lr in the mean',
    { m: ({ g, b1, m, lr }) => ema(b1, m, g.mul(lr)), step: (over, under) => over.div(under).neg() },
    RATIO,
  ],
  ['Adam, uphill', { step: (over, under, { lr }) => over.div(under).mul(lr) }, 'downhill'],
)

const inItsOptions = rows((given: (options: AdamOptions) => AdamOptions) => adam(mine.adam({}, given)))(
  ['Adam, β₁ and β₂ swapped', (options) => ({ ...options, b1: options.b2, b2: options.b1 }), REACHED],
  ['Adam, a β₁ of 0 taken for none', (options) => ({ ...options, b1: options.b1 || 0.9 }), SIGN],
  ['Adam at the lr of t − 1', ({ lr, ...options }) => ({ ...options, lr: (t) => at(lr, t - 1) }), CONSTANT],
  ['Adam, its lr read once', ({ lr, ...options }) => ({ ...options, lr: at(lr, 1) }), RATIO],
)

const inAdamax = rows((wrong: Partial<mine.Moments>) => adamax(mine.adamax(wrong)))(
  ['AdaMax, its largest never fades', { v: ({ g, v }) => v.max(g.abs()) }, 'AdaMax reaches its sharp bound'],
  ['AdaMax, u without the newest', { under: ({ old, eps }) => old.v.add(eps) }, 'AdaMax within its sharp bound'],
  ['AdaMax, its m not corrected', { over: ({ m }) => m }, 'AdaMax divides by the largest gradient'],
)

const inAmsgrad = rows((wrong: Partial<mine.Moments>) => amsgrad(mine.amsgrad(wrong)))(
  ['AMSGrad, its largest forgotten', { most: vHat }, 'to the right end of Reddi, Kale and Kumar'],
  ['AMSGrad, the smaller of two', { most: (s) => s.most.min(vHat(s)) }, 'AMSGrad is Adam while gradients grow'],
  [
    'AMSGrad, its largest carried on as v',
    { v: ({ g, b2, v }) => v.max(ema(b2, v, g.square())), most: vHat },
    'AMSGrad divides by the largest mean of squares',
  ],
)

const SUM = 'Adagrad divides by the root of the sum of all squares'
const inAdagrad = rows((wrong: Partial<mine.Root>) => adagrad(mine.adagrad(wrong)))(
  ['Adagrad, a mean and no sum', { under: ({ v, t, eps }) => under(v.div(t), eps) }, 'the regret of Adagrad'],
  ['Adagrad, its sum fades', { v: ({ g, v }) => v.mul(0.9).add(g.square()) }, 'the effective rate never rises'],
  [
    'Adagrad, its sum begins anew',
    { v: ({ g, v, t }) => t.eq(4).select(0, v).add(g.square()) },
    'the effective rate never rises',
  ],
  ['Adagrad, its sum without the newest', { under: ({ old, eps }) => under(old.v, eps) }, SUM],
  ['Adagrad without its root', { under: ({ v, eps }) => v.add(eps) }, SUM],
  ['Adagrad, a sum of |g|', { v: ({ g, v }) => v.add(g.abs()) }, SUM],
  [
    'Adagrad, ε added to the sum at every step',
    { v: ({ g, v, eps }) => v.add(g.square()).add(eps), under: ({ v }) => v.sqrt() },
    'where the ε of Adagrad stands',
  ],
)

const MEAN = 'RMSprop divides by the root of a mean of squares'
const inRmsprop = rows((wrong: Partial<mine.Root>) =>
  rmsprop(mine.rmsprop(wrong) as (options: RmspropOptions) => Optimizer),
)(
  ['RMSprop, its mean without the newest', { under: ({ old, eps }) => under(old.v, eps) }, MEAN],
  ['RMSprop, alpha and 1 − alpha swapped', { v: ({ g, v, alpha }) => ema(complement(alpha), v, g.square()) }, MEAN],
  ['RMSprop, a mean of |g|', { v: ({ g, v, alpha }) => ema(alpha, v, g.abs()) }, 'RMSprop within its bound'],
  ['RMSprop, its ε after the root', { under: ({ v, eps }) => after(v, eps) }, 'where the ε of RMSprop stands'],
)

const DELTA = 'Adadelta is a ratio of root mean squares'
const inAdadelta = rows((wrong: Partial<mine.Deltas>) => adadelta(mine.adadelta(wrong)))(
  ['Adadelta, lr in the mean of its steps', { u: ({ u, rho, d, lr }) => ema(rho, u, d.mul(lr).square()) }, DELTA],
  ['Adadelta, its gradients for its steps', { u: ({ u, rho, g }) => ema(rho, u, g.square()) }, DELTA],
  ['Adadelta, ε only where it divides', { d: ({ g, u, v, eps }) => u.sqrt().div(under(v, eps)).mul(g) }, DELTA],
  [
    'Adadelta, its ε after the roots',
    { d: ({ g, u, v, eps }) => after(u, eps).div(after(v, eps)).mul(g) },
    'the ε of Adadelta is a square',
  ],
)

const WAITS = 'RAdam waits as momentum'
const RECTIFIES = 'RAdam rectifies'
const inRadam = rows((wrong: Partial<mine.Waiting>) => radam(mine.radam(mine.rectified(wrong))))(
  ['RAdam that does not rectify', { r: (rho) => rho.div(rho) }, RECTIFIES],
  ['RAdam, r² for r', { r: squareOfR }, RECTIFIES],
  ['RAdam, ρ∞ = 1/(1 − β₂)', { limit: (b2) => complement(b2).pow(-1) }, RECTIFIES],
  ['RAdam that does not wait', { known: (rho) => rho.gt(0) }, WAITS],
  ['RAdam, its m not corrected while it waits', { wait: (_, { m }) => m }, WAITS],
)

const others: readonly Mutant[] = [
  {
    name: 'Adam over tensors, its powers advanced once a leaf',
    laws: adam(mine.adamOverTensors('a leaf')),
    law: RATIO,
  },
  {
    name: 'Adam, ε added before the bias is corrected',
    shipped: 'Keras and TensorFlow: "epsilon hat"',
    laws: adam(({ lr, b1, b2, eps }) => keras.adam({ learningRate: lr, beta1: b1, beta2: b2, epsilon: eps })),
    law: CONSTANT,
  },
  {
    name: 'RMSprop, said to be Adam without momentum',
    laws: equal(gradus.rmsprop({ lr: 1, alpha: 0.9, eps: 0 }), gradus.adam({ lr: 1, b1: 0, b2: 0.9, eps: 0 })),
    law: 'the same steps',
  },
  {
    name: 'RMSprop, said to move by lr at most',
    laws: bounded(gradus.rmsprop({ lr: 1 }), () => 1),
    law: 'within its bound',
  },
  {
    name: 'the bound of Adam: lr · max(1, (1 − β₁)/√(1 − β₂))',
    shipped: 'Kingma & Ba 2015, section 2.1, and textbooks after it',
    laws: bounded(gradus.adam({ lr: 1 }), () => Math.max(1, (1 - 0.9) / Math.sqrt(1 - 0.999))),
    law: 'within its bound when gradients grow after a long quiet',
  },
  {
    name: 'the bound of AdaMax: lr',
    shipped: 'Kingma & Ba 2015, section 7.1',
    laws: bounded(gradus.adamax({ lr: 1 }), () => 1),
    law: 'within its bound when gradients grow after a long quiet',
  },
  {
    name: 'AMSGrad, the bias corrected of the largest v',
    shipped: 'PyTorch and Keras',
    laws: amsgrad(({ lr, b1, b2, eps }) => torch.adam({ lr, betas: [b1, b2], eps, amsgrad: true })),
    law: 'the rate of AMSGrad never rises',
  },
  {
    name: 'centered RMSprop, ε subtracted',
    shipped: 'TensorFlow.js',
    laws: rmspropCentered(({ lr, alpha, eps }) =>
      tfjs.rmsprop({ learningRate: lr, decay: alpha, epsilon: eps, centered: true }),
    ),
    law: 'centered RMSprop divides by the standard deviation',
  },
  {
    name: 'centered RMSprop, a variance below 0 by rounding',
    shipped: 'PyTorch; and Keras and Optax, of large gradients',
    laws: rmspropCentered(({ lr, alpha, eps }) => torch.rmsprop({ lr, alpha, eps, centered: true }), {
      eps: 'outside',
    }),
    law: 'centered RMSprop has a variance',
  },
  {
    name: 'Adadelta, its mean without the newest',
    shipped: 'TensorFlow.js',
    laws: adadelta(({ lr, rho, eps }) => tfjs.adadelta({ learningRate: lr, rho, epsilon: eps })),
    law: DELTA,
  },
  {
    name: 'Adadelta that ascends where no lr is told',
    shipped: 'Optax',
    laws: downhill(optax.adadelta()),
    law: 'downhill',
  },
  {
    name: 'RAdam that waits until ρ > 5',
    shipped: 'PyTorch',
    laws: radam(({ lr, b1, b2, eps }) => torch.radam({ lr, betas: [b1, b2], eps })),
    law: RECTIFIES,
  },
]

export const mutants: readonly Mutant[] = [
  ...inAdam,
  ...inItsOptions,
  ...inAdamax,
  ...inAmsgrad,
  ...inAdagrad,
  ...inRmsprop,
  ...inAdadelta,
  ...inRadam,
  ...others,
]
