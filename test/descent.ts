import * as tf from '@tensorflow/tfjs'
import * as g from 'gradus'
import { type Hyper, type Optimizer, schedule, simulate, tree } from 'gradus'

/** A function to be minimized, where one starts, and which tensors its parameters are. */
export interface Landscape {
  /** What f is to come down to, if nothing else is said. */
  readonly bound: number
  readonly start: Readonly<Record<string, readonly number[]>>
  readonly shapes: Readonly<Record<string, number[]>>
  at(x: Place): { readonly loss: number; readonly grad: Place; readonly hessian: Place }
}

type Place = Readonly<Record<string, Float64Array>>

const CURVATURE: Readonly<Record<string, readonly number[]>> = { w: [1, 2, 4, 9], b: [20] }

export const landscapes = {
  /** ½ Σ a · x², of condition number 20. */
  quadratic: {
    bound: 0.001,
    start: { w: [0.7, -1.1, 1.6, -0.4], b: [0.9] },
    shapes: { w: [2, 2], b: [1] },
    at: (x) => {
      const each = (f: (a: number, x: number) => number): Place =>
        Object.fromEntries(
          Object.entries(x).map(([key, of]) => [key, of.map((y, i) => f(CURVATURE[key]?.[i] as number, y))]),
        )
      const terms = Object.values(each((a, y) => (a * y * y) / 2)).flatMap((of) => [...of])
      return { loss: terms.reduce((a, b) => a + b), grad: each((a, y) => a * y), hessian: each((a) => a) }
    },
  },
  /** (1 − x)² + 100 · (y − x²)²: down to a curved valley at once, and then along it for long. */
  rosenbrock: {
    bound: 0.01,
    start: { w: [-1.2, 1] },
    shapes: { w: [1, 2] },
    at: ({ w: [x = 0, y = 0] = [] }) => {
      const far = y - x * x
      return {
        loss: (1 - x) ** 2 + 100 * far ** 2,
        grad: { w: Float64Array.of(-2 * (1 - x) - 400 * x * far, 200 * far) },
        hessian: { w: Float64Array.of(2 - 400 * far + 800 * x * x, 200) },
      }
    },
  },
} satisfies Record<string, Landscape>

/** f after each update, where the optimizer says that it is to be evaluated; of what is no formula, on the current back end. */
export function* values(optimizer: Optimizer, { start, shapes, at }: Landscape): Generator<number> {
  const from: Place = Object.fromEntries(Object.entries(start).map(([key, of]) => [key, Float64Array.from(of)]))
  if (optimizer.rule) {
    for (const { params, state } of simulate(optimizer, from, at)) yield at(read(optimizer, state, params)).loss
    return
  }
  const tensors = (x: Place): Tensors =>
    Object.fromEntries(Object.entries(x).map(([key, of]) => [key, tf.tensor(Float32Array.from(of), shapes[key])]))
  const evaluate = (x: Tensors) => {
    const { loss, grad } = at(arrays(x))
    return [loss, tensors(grad)] as const
  }
  let params = tensors(from)
  let state = optimizer.init(params)
  try {
    for (let t = 1; ; t++) {
      const { loss, ...here } = at(arrays(params))
      const [grad, hessian] = [tensors(here.grad), tensors(here.hessian)]
      const [next, delta] = optimizer.update(state, grad, t, { params, loss, hessian, evaluate })
      const moved = tree.add(params, delta)
      tree.dispose([state, params, delta, grad, hessian])
      params = moved
      state = next
      yield at(arrays(params)).loss
    }
  } finally {
    tree.dispose([state, params])
  }
}

type Tensors = Readonly<Record<string, tf.Tensor>>
const arrays = (x: Tensors): Place =>
  Object.fromEntries(Object.entries(x).map(([key, of]) => [key, Float64Array.from(of.dataSync())]))
const read = <P>({ readout }: Optimizer, state: unknown, params: P): P => (readout ? readout(state, params) : params)

/** The update from which on f is no more than the bound, of so many. */
export const settled = (optimizer: Optimizer, landscape: Landscape, bound: number, steps: number): number => {
  let [t, above] = [0, 0]
  for (const f of values(optimizer, landscape)) {
    t += 1
    if (!(f <= bound)) above = t
    if (t === steps) break
  }
  return above + 1
}

/**
 * A rate, updates, and what f is after them: chosen where a start that is 1e-15 off changes the number of updates by a tenth at
 * most, for `**` and `Math.cos` are off by more in one engine's next version.
 */
type Stated = readonly [lr: number, steps: number, bound?: number]

export interface Descent {
  readonly make: (lr: number, steps: number) => Optimizer
  readonly quadratic: Stated
  readonly rosenbrock: Stated
}

const on = (make: Descent['make'], quadratic: Stated, rosenbrock: Stated): Descent => ({ make, quadratic, rosenbrock })

/** For those whose steps do not get shorter by themselves. */
const falling = (make: (options: { lr: Hyper }) => Optimizer, quadratic: Stated, rosenbrock: Stated): Descent =>
  on((lr, steps) => make({ lr: schedule.cosine({ from: lr, over: steps }) }), quadratic, rosenbrock)

export const descents: Readonly<Record<string, Descent>> = {
  acprop: on((lr) => g.acprop({ lr, b2: 0.99 }), [0.05, 54], [0.001, 1400, 0.1]),
  adabelief: on((lr) => g.adabelief({ lr, b2: 0.99 }), [0.2, 99], [0.01, 930]),
  adadelta: on((lr) => g.adadelta({ lr, eps: 1e-4 }), [0.5, 210], [0.02, 2000, 0.3]),
  adafactor: falling(g.adafactor, [2, 60], [1, 300, 0.3]),
  adagrad: on((lr) => g.adagrad({ lr }), [0.5, 21], [1, 910, 0.1]),
  adam: on((lr) => g.adam({ lr }), [0.2, 96], [0.1, 650]),
  adamax: on((lr) => g.adamax({ lr }), [0.2, 80], [1, 840]),
  adamaxw: on((lr) => g.adamaxw({ lr, weightDecay: 0.001 }), [0.2, 80], [0.3, 1500]),
  adamw: on((lr) => g.adamw({ lr, weightDecay: 0.001 }), [0.2, 96], [0.1, 660]),
  adan: on((lr) => g.adan({ lr }), [1, 230], [0.05, 560]),
  adaptiveSam: on((lr) => g.chain(g.adaptiveSam({ rho: 0.01 }), g.momentum({ lr })), [0.005, 110], [0.001, 150, 0.1]),
  ademamix: on((lr) => g.ademamix({ lr, b3: 0.99, alpha: 2 }), [0.5, 120], [0.05, 400]),
  adopt: on((lr) => g.adopt({ lr, b2: 0.99 }), [0.1, 94], [0.01, 1500]),
  amsgrad: on((lr) => g.amsgrad({ lr }), [0.2, 81], [1, 860]),
  applyEvery: on((lr) => g.chain(g.sgd({ lr }), g.applyEvery(3)), [0.02, 170], [0.001, 1700, 0.1]),
  asgd: on((lr) => g.asgd({ lr, t0: 20 }), [0.1, 130], [0.003, 1200, 1]),
  averageEma: on((lr) => g.chain(g.sgd({ lr }), g.averageEma({ decay: 0.9 })), [0.05, 81], [0.002, 1100, 0.1]),
  averageSwa: on((lr) => g.chain(g.momentum({ lr }), g.averageSwa({ start: 50, stride: 2 })), [0.05, 80], [0.002, 740]),
  blend: on(
    (lr) => g.blend((t) => Math.min(1, t / 20), g.adam({ lr: 0.1 }), g.nesterov({ lr })),
    [0.05, 45],
    [0.001, 450],
  ),
  cautiousAdamw: on((lr) => g.cautiousAdamw({ lr, weightDecay: 0.001 }), [0.2, 35], [0.1, 510]),
  cautiousLion: falling(g.cautiousLion, [0.02, 100], [0.02, 400]),
  cocob: on((alpha) => g.cocob({ alpha }), [20, 18], [10, 1400, 0.1]),
  conditionallyMask: on((lr) => g.conditionallyMask((t) => t % 3, g.adam({ lr })), [0.2, 150], [0.3, 540]),
  conditionallyTransform: on(
    (lr) =>
      g.chain(
        g.conditionallyTransform((t) => t % 2, g.trace({ beta: 0.5 })),
        g.scaleByLr(lr),
      ),
    [0.05, 40],
    [0.001, 1500, 0.1],
  ),
  dAdaptation: on((lr) => g.dAdaptation({ lr, d0: 0.001 }), [0.5, 100], [0.5, 320]),
  dog: on((lr) => g.dog({ lr, rEps: 0.01 }), [2, 63], [2, 1200, 1]),
  dowg: on((lr) => g.dowg({ lr }), [2, 41], [0.2, 2000, 0.1]),
  every: on((lr) => g.every(3, g.adam({ lr })), [0.2, 290], [0.5, 900]),
  flatten: falling(({ lr }) => g.flatten(g.novograd({ lr, b1: 0.9 })), [0.1, 100], [0.5, 100]),
  // b stays where it is, at a height of 8.1.
  freeze: on((lr) => g.freeze('b', g.adam({ lr })), [0.5, 90, 8.101], [0.1, 650]),
  fromage: falling(g.fromage, [0.1, 100], [0.05, 1300]),
  ftrl: on((lr) => g.ftrl({ lr }), [0.5, 26], [1, 890, 0.1]),
  heavyBall: on((lr) => g.heavyBall({ lr }), [0.005, 110], [0.002, 270]),
  lamb: falling(g.lamb, [1, 60], [0.1, 400, 0.1]),
  lars: falling(({ lr }) => g.lars({ lr, trust: 1 }), [0.01, 150], [0.05, 150]),
  lbfgs: on((lr) => g.lbfgs({ lr }), [1, 9], [1, 35]),
  lion: falling(g.lion, [0.1, 100], [0.02, 300]),
  lookahead: on((lr) => g.chain(g.adam({ lr }), g.lookahead()), [0.5, 36], [0.1, 890]),
  madgrad: on((lr) => g.madgrad({ lr }), [0.1, 93], [0.01, 400]),
  masked: on((lr) => g.chain(g.masked('w', g.scaleByAdam()), g.scaleByLr(lr)), [0.05, 96], [0.1, 650]),
  mechanize: on(
    (sInit) => g.mechanize(g.adam({ lr: 1 }), { sInit, weightDecay: 0 }),
    [0.001, 230, 0.01],
    [0.001, 980, 1],
  ),
  momentum: on((lr) => g.momentum({ lr }), [0.005, 110], [0.002, 270]),
  momo: on((lr) => g.momo({ lr }), [0.05, 170], [0.05, 160]),
  momoAdam: on((lr) => g.momoAdam({ lr }), [0.5, 130], [1, 130]),
  muon: falling(({ lr }) => g.muon({ lr, others: g.adam({ lr }) }), [0.1, 150], [0.2, 60]),
  nadam: on((lr) => g.nadam({ lr }), [1, 21], [0.02, 1700]),
  nadamw: on((lr) => g.nadamw({ lr, weightDecay: 0.001 }), [1, 21], [0.02, 1800]),
  nesterov: on((lr) => g.nesterov({ lr }), [0.05, 40], [0.001, 430]),
  nesterovAhead: on((lr) => g.nesterovAhead({ lr }), [0.05, 41], [0.001, 430]),
  novograd: falling(({ lr }) => g.novograd({ lr, b1: 0.9 }), [0.05, 100], [0.5, 100]),
  optimisticAdam: on((lr) => g.optimisticAdam({ lr }), [1, 21], [0.02, 1700]),
  optimisticGradientDescent: on((lr) => g.optimisticGradientDescent({ lr }), [0.02, 170], [0.001, 1900, 0.1]),
  partition: on((lr) => g.partition({ '**': g.adam({ lr }), b: g.sgd({ lr: 0.04 }) }), [0.5, 90], [0.1, 650]),
  polyak: on((maxLr) => g.polyak({ maxLr }), [0.1, 39], [2, 560]),
  polyakPlus: on((fMin) => g.polyakPlus({ fMin }), [0, 28], [0.2, 48, 0.3]),
  prodigy: on((lr) => g.prodigy({ lr, d0: 0.01 }), [0.2, 110], [0.5, 480]),
  radam: on((lr) => g.radam({ lr, b2: 0.99 }), [0.1, 110], [0.005, 1600]),
  rmsprop: falling(g.rmsprop, [0.5, 60], [0.02, 1300]),
  rmspropCentered: falling(g.rmspropCentered, [0.005, 100], [0.05, 200]),
  rmspropFromFirst: falling(g.rmspropFromFirst, [0.2, 40], [1, 60]),
  rootMeanSquare: falling(g.rootMeanSquare, [0.2, 40], [0.1, 900, 0.1]),
  rprop: on((start) => g.rprop({ start }), [0.5, 23], [0.002, 890]),
  sam: on((lr) => g.chain(g.sam({ rho: 0.01 }), g.momentum({ lr })), [0.005, 99], [0.001, 160, 0.1]),
  scheduleFreeAdamw: on((lr) => g.scheduleFreeAdamw({ lr, b2: 0.99 }), [0.5, 26], [0.1, 1300]),
  scheduleFreeSgd: on((lr) => g.scheduleFreeSgd({ lr }), [0.5, 24], [0.005, 890]),
  sgd: on((lr) => g.sgd({ lr }), [0.05, 65], [0.002, 1100, 0.1]),
  signSgd: falling(g.signSgd, [0.1, 40], [0.002, 2000, 0.3]),
  signum: falling(g.signum, [0.05, 150], [0.02, 600]),
  simplifiedAdemamix: on((lr) => g.simplifiedAdemamix({ lr, b1: 0.9, alpha: 1 }), [0.002, 160], [0.002, 290, 0.1]),
  skipNonFinite: on((lr) => g.skipNonFinite(g.momentum({ lr })), [0.005, 110], [0.002, 270]),
  sm3: on((lr) => g.sm3({ lr }), [0.2, 110], [5, 220, 0.1]),
  soap: falling(({ lr }) => g.soap({ lr, b1: 0.9, every: 5, weightDecay: 0 }), [0.05, 100], [0.5, 200]),
  sophia: falling(
    ({ lr }) => g.sophia({ lr, b1: 0.9, b2: 0.9, gamma: 1, every: 2, weightDecay: 0 }),
    [0.3, 100],
    [1, 100, 0.1],
  ),
  yogi: on((lr) => g.yogi({ lr }), [0.01, 94], [0.2, 350]),
}
