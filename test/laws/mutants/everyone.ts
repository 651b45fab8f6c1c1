import * as tf from '@tensorflow/tfjs'
import {
  adam,
  adaptiveClip,
  advance,
  begin,
  type Carry,
  chain,
  clip,
  type Expr,
  type Hyper,
  type Optimizer,
  type Point,
  rule,
  sgd,
  sumOver,
  type Tensors,
  trace,
  tree,
} from 'gradus'
import { optimizer } from '../../../laws/everyone/optimizer.ts'
import type { Mutant } from '../mutant.ts'

/** What somebody writes who writes no formula: `init` and `update` over trees of tensors. */
type Slots = Readonly<Record<string, Tensors>>
type Update<S> = (state: S, grad: Tensors, t: number, at: Point<Tensors>) => readonly [S, Tensors]
const plain = <S>(init: (params: Tensors) => S, update: Update<S>): Optimizer =>
  ({ init, update }) as unknown as Optimizer

type Leaf = tf.Tensor
const each = (f: (...leaves: Leaf[]) => Leaf, ...trees: readonly [Tensors, ...Tensors[]]): Tensors =>
  tree.map((...leaves: readonly Leaf[]) => tf.tidy(() => f(...leaves)), ...trees)
const zeros = (like: Tensors): Tensors => each((x) => tf.zerosLike(x), like)
const down = (direction: Tensors, lr = 0.1): Tensors => each((x) => x.mul(-lr), direction)
const still = (): Slots => ({})

const withM = (params: Tensors): Slots => ({ m: zeros(params) })
const sum = (m: Tensors | undefined, g: Tensors): Tensors => each((m, g) => m.mul(0.9).add(g), m as Tensors, g)
/** Momentum, with this for Δθ of the new m and of g. */
const momentum = (delta = (m: Tensors, _: Tensors): Tensors => down(m)): Optimizer =>
  plain(withM, ({ m }, g) => {
    const next = sum(m, g)
    return [{ m: next }, delta(next, g)]
  })

/** Two averages, of g and of a power of it. */
const adamLike = (direction: (m: Expr, v: Expr) => Expr, power = 2): Optimizer =>
  rule({
    name: 'adamLike',
    hyper: { lr: 0.1 },
    slots: { m: 0, v: 0 },
    step: ({ g, lr, ...old }) => {
      const m = old.m.mul(0.9).add(g.mul(0.1))
      const v = old.v.mul(0.99).add(g.abs().pow(power).mul(0.01))
      return { m, v, delta: direction(m, v).mul(lr).neg() }
    },
  })

/** −lr times this. */
const along = (direction: (symbols: Readonly<Record<'g' | 'theta', Expr>>) => Expr, lr: Hyper = 0.1): Optimizer =>
  rule({ name: 'along', hyper: { lr }, step: ({ g, theta, lr }) => ({ delta: direction({ g, theta }).mul(lr).neg() }) })

/** The same with nothing wrong. */
export const sound: Readonly<Record<string, () => Optimizer>> = {
  momentum: () => momentum(),
  'Adam with an ε': () => adamLike((m, v) => m.div(v.sqrt().add(1e-8))),
  'gradient descent': () => along(({ g }) => g),
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

type Wrong = readonly [what: string, make: () => Optimizer, shipped?: string]

let instances = 0

const wrong: Readonly<Record<string, readonly Wrong[]>> = {
  'the same in, the same out': [
    [
      'momentum that is kept in a closure',
      () => {
        let m: Tensors | undefined
        const update: Update<Slots> = (state, g) => {
          m = sum(m ?? zeros(g), g)
          return [state, down(m)]
        }
        return plain(() => {
          m = undefined
          return {}
        }, update)
      },
    ],
    [
      'a step along the gradient of the step before, which nobody gave',
      () => {
        let last: Tensors | undefined
        return plain(still, (state, g) => {
          const delta = down(last ?? g)
          last = tree.copied(g)
          return [state, delta]
        })
      },
    ],
    [
      'a rate that is smoothed in a variable of its own',
      () => {
        let smooth = 0
        const lr = (t: number): number => {
          smooth = 0.5 * smooth + 0.1 / t
          return smooth
        }
        return along(({ g }) => g, lr)
      },
    ],
    ['noise without a seed', () => plain(still, (s, g) => [s, each((x) => x.add(tf.randomNormal(x.shape)), down(g))])],
    [
      'a state that begins with the time of day',
      () =>
        plain(
          (params) => ({ m: zeros(params), since: performance.now() }),
          ({ m, since }, g) => [{ m: sum(m, g), since }, down(g)],
        ),
    ],
    [
      'a second moment that begins at random',
      () =>
        plain(
          (params): Slots => ({ v: each((x) => tf.randomUniform(x.shape, 1, 2), params) }),
          ({ v }, g) => [{ v: each((v, x) => v.mul(0.9).add(x.square()), v as Tensors, g) }, down(g)],
        ),
    ],
  ],
  resumption: [
    [
      'bias correction by a counter of its own, which init sets back',
      () => {
        let n = 0
        const init = (params: Tensors): Slots => {
          n = 0
          return { m: zeros(params) }
        }
        return plain(init, ({ m }, g) => {
          n += 1
          const next = each((m, g) => m.mul(0.9).add(g.mul(0.1)), m as Tensors, g)
          return [{ m: next }, down(next, 0.1 / (1 - 0.9 ** n))]
        })
      },
    ],
    [
      'a rate 1/√n of how often it was asked',
      () => {
        let asked = 0
        return along(
          ({ g }) => g,
          () => {
            asked += 1
            return 1 / Math.sqrt(asked)
          },
        )
      },
    ],
  ],
  'made again, it is the same': [
    [
      'a rate with noise whose seed is the number of the instance',
      () => {
        instances += 1
        const seed = instances
        return along(
          ({ g }) => g,
          (t) => 0.1 + 0.01 * Math.sin(seed * t),
        )
      },
    ],
    ['a rate that is drawn when it is made', () => sgd({ lr: 0.1 * (1 + Math.random()) })],
  ],
  'the first state is numbers and copies of θ': [
    [
      'a second moment that begins at θ²',
      () =>
        plain(
          (params): Slots => ({ v: each((x) => x.square(), params) }),
          ({ v }, g) => [{ v: tree.copied(v) as Tensors }, down(g)],
        ),
    ],
    [
      'a distance that begins at ‖θ‖',
      () =>
        plain(
          (params): Slots => ({ d: each((x) => x.norm(), params) }),
          ({ d }, g) => [{ d: tree.copied(d) as Tensors }, down(g)],
        ),
    ],
  ],
  'names of leaves do not matter': [
    [
      'decay for leaves whose name begins with w',
      () =>
        rule({
          name: 'decaying',
          leaf: { decays: (path) => (path.startsWith('w') ? 0.1 : 0) },
          step: ({ g, theta, decays }) => ({ delta: g.add(theta.mul(decays)).mul(-0.1) }),
        }),
    ],
    [
      'slots in the order of the leaves’ names, gradients in their own',
      () =>
        plain(
          (params): readonly Tensors[] =>
            Object.entries(params)
              .sort(byName)
              .map(([, x]) => zeros(x)),
          (slots, g) => {
            const next = Object.values(g).map((x, i) => sum(slots[i], x))
            return [next, Object.fromEntries(Object.keys(g).map((name, i) => [name, down(next[i] as Tensors)]))]
          },
        ),
    ],
  ],
  'the order of leaves does not matter': [
    [
      'smaller rates for later leaves',
      () =>
        plain(still, (s, g) => [
          s,
          tree.rebuild(
            g,
            tree.leaves(g).map((x, i) => tf.tidy(() => x.mul(-0.1 * 0.9 ** i))),
          ),
        ]),
    ],
    [
      'one number for all leaves, changed by each before the next one uses it',
      () =>
        plain(
          () => ({ size: 0 }),
          ({ size }, g) => {
            let largest = 0.9 * size
            const delta = each((x) => {
              largest = Math.max(largest, x.abs().max().dataSync()[0] as number)
              return x.mul(-0.1 / (largest + 1))
            }, g)
            return [{ size: largest }, delta]
          },
        ),
    ],
  ],
  'finite in, finite out': [
    ['Adam without ε: 0/0 where there was no gradient', () => adamLike((m, v) => m.div(v.sqrt()))],
    [
      'the centered RMSprop with ε on the wrong side, √(v − (m² + ε))',
      () => adamLike((m, v) => m.div(v.sub(m.square().add(1e-7)).sqrt())),
      'TensorFlow.js',
    ],
    ['a softplus written as log(1 + exp g)', () => along(({ g }) => g.exp().add(1).log())],
    [
      'a trust ratio ‖θ‖/‖g‖ at no gradient',
      () =>
        along(({ g, theta }) =>
          g.mul(sumOver('tensor', theta.square()).sqrt().div(sumOver('tensor', g.square()).sqrt())),
        ),
    ],
    [
      'a NaN that is swallowed in Δθ, and stays in the state',
      () =>
        rule({
          name: 'swallowing',
          slots: { m: 0 },
          step: ({ g, m }) => {
            const next = m.mul(0.9).add(g.div(g.abs()))
            return { m: next, delta: next.isFinite().select(next.mul(-0.1), 0) }
          },
        }),
    ],
  ],
  'finite in, finite out, in float32': [
    ['an average of g⁴, more than float32 holds', () => adamLike((m, v) => m.div(v.sqrt().sqrt().add(1e-8)), 4)],
    ['an ε of 1e-60, which is 0 in float32', () => adamLike((m, v) => m.div(v.sqrt().add(1e-60)))],
  ],
  'chained with identity': [
    [
      'a chain that was spread, with an update of its own: chains see its parts',
      () => {
        const whole = chain(adaptiveClip({ limit: 0.1 }), trace())
        const update = (state: never, grad: Tensors, t: number, at: Point<Tensors>) => {
          const [next, delta] = whole.update(state, grad, t, at)
          const twice = each((x) => x.mul(2), delta)
          tree.dispose(delta)
          return [next, twice]
        }
        return { ...whole, update } as unknown as Optimizer
      },
    ],
  ],
  'chained in any grouping': [
    [
      'a rate that falls a little whenever it is asked',
      () => {
        let lr = 0.1
        return along(
          ({ g }) => g,
          () => {
            lr *= 0.999
            return lr
          },
        )
      },
    ],
  ],
  'chained, one after the other': [
    [
      'a chain with another formula put over it: chains see its parts',
      () => ({ ...chain(clip(1), trace()), ...along(({ g }) => g) }),
    ],
  ],
  'shapes and types are kept': [
    [
      'a second moment that becomes one number a leaf',
      () =>
        plain(
          (params): Slots => ({ v: zeros(params) }),
          ({ v }, g) => [{ v: each((v, x) => v.mean().mul(0.9).add(x.square().mean()), v as Tensors, g) }, down(g)],
        ),
    ],
    [
      'a count that begins as an integer and goes on as a float',
      () =>
        plain(
          (): Slots => ({ count: tf.scalar(0, 'int32') }),
          ({ count }, g) => [{ count: each((n) => n.add(1), count as Tensors) }, down(g)],
        ),
    ],
    [
      'Δθ of one number a row, which is stretched when it is added',
      () => momentum((m) => each((x) => x.mean(-1, true).mul(-0.1), m)),
    ],
    ['Δθ of one number a leaf', () => momentum((m) => each((x) => x.mean().mul(-0.1), m))],
    [
      'Δθ without the leaves that it does not move',
      () =>
        plain(still, (s, g) => [
          s,
          Object.fromEntries(
            Object.entries(g)
              .filter(([name]) => name !== 'b')
              .map(([name, x]) => [name, down(x)]),
          ),
        ]),
    ],
    [
      'a mask that begins as bool and goes on as float32',
      () =>
        plain(
          (params): Slots => ({ seen: each((x) => x.notEqual(x), params) }),
          ({ seen }, g) => [
            { seen: each((s, x) => tf.maximum(s.cast('float32'), x.abs().sign()), seen as Tensors, g) },
            down(g),
          ],
        ),
    ],
  ],
  'what is given stays as it was': [
    [
      'a state of variables that are assigned',
      () =>
        plain(
          (params): Slots => {
            const nought = zeros(params)
            const m = tree.map((x: Leaf): Leaf => tf.variable(x), nought)
            tree.dispose(nought)
            return { m }
          },
          ({ m }, g) => {
            const next = each((m, g) => m.mul(0.9).add(g), m as Tensors, g)
            for (const [i, x] of tree.tensors(next).entries()) (tree.tensors(m)[i] as tf.Variable).assign(x)
            const delta = down(next)
            tree.dispose(next)
            return [{ m: m as Tensors }, delta]
          },
        ),
    ],
    [
      'a count in the state that is raised in place',
      () =>
        plain(
          () => ({ count: 0 }),
          (state, g) => {
            state.count += 1
            return [state, down(g)]
          },
        ),
    ],
    [
      'the old state disposed',
      () =>
        plain(withM, ({ m }, g) => {
          const next = sum(m, g)
          tree.dispose(m)
          return [{ m: next }, down(next)]
        }),
    ],
    [
      'the gradient disposed',
      () =>
        momentum((m, g) => {
          const delta = down(m)
          tree.dispose(g)
          return delta
        }),
    ],
    [
      'θ moved by its own hand, and disposed',
      () =>
        plain(still, (s, g, _, { params }) => {
          const delta = each((x, g) => x.mul(-0.01).sub(g.mul(0.1)), params, g)
          tree.dispose(params)
          return [s, delta]
        }),
    ],
    [
      'an inner run that is advanced, where it should be updated',
      () => {
        const step = advance(sgd({ lr: 0.1 }))
        return plain(
          (params) => begin(sgd({ lr: 0.1 }), params) as Carry<Tensors, {}>,
          (carry, g) => {
            const next = step(carry, g)
            return [next, down(g)]
          },
        )
      },
    ],
  ],
  'arguments and results can be disposed apart': [
    [
      'a state that is lost in tidy',
      () =>
        plain(withM, ({ m }, g) => {
          let next: Tensors = {}
          const delta = tf.tidy(() => {
            next = sum(m, g)
            return down(next) as tf.TensorContainer
          })
          return [{ m: next }, delta as Tensors]
        }),
    ],
    [
      'one Δθ of zeros, handed out again and again',
      () => {
        let nothing: Tensors | undefined
        return plain(still, (s, g, t) => {
          if (t % 2 === 1) return [s, down(g)]
          nothing ??= zeros(g)
          return [s, nothing]
        })
      },
    ],
  ],
  'no tensor is left behind': [
    [
      'β · m of momentum, which nobody disposes',
      () =>
        plain(withM, ({ m }, g) => {
          const next = tree.map((m: Leaf, g: Leaf) => m.mul(0.9).add(g) as Leaf, m as Tensors, g)
          return [{ m: next }, down(next)]
        }),
    ],
    [
      'a norm that is looked at in every tenth step',
      () =>
        plain(withM, ({ m }, g, t) => {
          const next = sum(m, g)
          if (t % 10 === 0)
            for (const x of tree.tensors(next)) if (x.norm().dataSync()[0] === Infinity) throw new RangeError('m')
          return [{ m: next }, down(next)]
        }),
    ],
    [
      'a readout that leaves a product behind',
      () => ({
        ...momentum(),
        readout: (state, params) =>
          tree.map(
            (x: Leaf, m: Leaf): Leaf => x.sub(m.mul(0.1)),
            params as Tensors,
            (state as Slots).m as Tensors,
          ) as never,
      }),
    ],
    ['a state that is kept', () => plain(withM, ({ m }, g) => [{ m: tree.keep(sum(m, g)) }, down(g)])],
    [
      'a constant that is made when it is first needed',
      () => {
        let lr: tf.Scalar | undefined
        return plain(still, (s, g) => {
          lr ??= tf.keep(tf.scalar(-0.1))
          return [s, each((x) => x.mul(lr as tf.Scalar), g)]
        })
      },
    ],
  ],
  'tensors make the formula’s step': [
    [
      'an update that is a step ahead of its rule',
      () => {
        const mine = adam()
        return { ...mine, update: (state, grad, t, at) => mine.update(state as never, grad, t + 1, at) }
      },
    ],
    [
      'an update at another rate than its rule’s',
      () => {
        const [one, other] = [sgd({ lr: 0.1 }), sgd({ lr: 0.11 })]
        return { ...one, update: (state, grad, t, at) => other.update(state as never, grad, t, at) }
      },
    ],
  ],
  'a saved state is as good': [
    [
      'momentum that is known by the state’s handle',
      () => {
        const known = new WeakMap<object, Tensors>()
        const remembered = (m: Tensors) => {
          const state = {}
          known.set(state, tree.keep(m))
          return state
        }
        return plain(
          (params): object => remembered(zeros(params)),
          (state, g) => {
            const next = sum(known.get(state) ?? zeros(g), g)
            return [remembered(next), down(next)]
          },
        )
      },
    ],
    [
      'a state that is a Map',
      () =>
        plain(
          (params) => ({ slots: new Map([['m', zeros(params)]]) }),
          ({ slots }, g) => [{ slots: new Map(slots) }, down(g)],
        ),
    ],
  ],
  'back ends agree': [
    [
      'an ε for each back end',
      () =>
        plain(still, (s, g) => [
          s,
          each((x) => x.div(x.abs().add(tf.getBackend() === 'cpu' ? 1e-7 : 1e-3)).mul(-0.1), g),
        ]),
    ],
    [
      'a gradient that loses its fractions on one back end',
      () =>
        plain(still, (s, g) => [
          s,
          each(
            (x) =>
              (tf.getBackend() === 'cpu' ? x : tf.tensor(new Int32Array(x.dataSync()), x.shape, 'int32').toFloat()).mul(
                -0.1,
              ),
            g,
          ),
        ]),
    ],
  ],
  'nesting of leaves does not matter': [
    [
      'a walk over the first level of the tree',
      () =>
        plain(still, (s, g) => [
          s,
          Object.fromEntries(Object.entries(g).map(([name, x]) => [name, tf.mul(x as Leaf, -0.1)])) as Tensors,
        ]),
    ],
  ],
}

export const mutants: readonly Mutant[] = Object.entries(wrong).flatMap(([law, list]) =>
  list.map(([name, make, shipped]) => ({ name, laws: optimizer(make), law, ...(shipped && { shipped }) })),
)
