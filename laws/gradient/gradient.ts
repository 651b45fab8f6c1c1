import { memory, type Scalar, Tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { grad } from '../../src/autodiff/grad.js'
import * as tree from '../../src/tree.js'
import { almostEverywhere, apart, dot, sizeOf, slopeOf, type Verdict } from '../arithmetic/difference.js'
import type { Vector } from '../drawn/gradients.js'
import { flat, type Space, space } from '../drawn/point.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { tape } from './tape.js'

/** Of f's argument, and of where it is tried. */
export interface OfGradient<P> {
  /** A tree like it, of shapes or of tensors: `{ w: [3, 2], b: [2] }`. Otherwise it is one tensor of three numbers. */
  readonly at?: unknown
  /**
   * How far from 0, or from the tensors that were given, it is tried, and a quarter farther: where f is of moderate size, and
   * smooth but for kinks. 8 if it is not given.
   */
  readonly reach?: number
  /** Of numbers, relative to what they are sums of; 1e-3 if it is not given. */
  readonly tolerance?: number
  /** One's own gradient of f, where it is not the tape's. */
  readonly grad?: (params: P) => P
}

/**
 * What the gradient of a function obeys. f is asked in float32, on tfjs's current back end, and only when a law is asserted.
 *
 *     for (const law of laws.gradient(lossOf, { at: params })) test(law.name, () => law.assert())
 */
export const gradient = <P = Tensor>(f: (params: P) => Scalar, options: OfGradient<P> = {}): readonly Law[] => {
  const { at = [3], reach = 8, tolerance = 1e-3 } = options
  const where = space(at, reach)
  const own = options.grad ?? grad(f)
  const field = fieldOf(where, f, own)
  const laws = [isTheSlope(where, field, tolerance), isSymmetric(where, field, tolerance), hasEveryLeaf(where, own)]
  const ways = [remembersNothing(where, field), leavesNothing(where, own)]
  return [...laws, ...ways, ...(options.grad ? [] : tape(where, f, tolerance))]
}

/** A function and its gradient, of numbers. */
interface Field {
  value(x: Vector): number
  slope(x: Vector): Vector
}

const fieldOf = <P>(where: Space, f: (params: P) => Scalar, own: (params: P) => P): Field => ({
  value: (x) => {
    const params = where.tensors<P>(x)
    const value = tidy(() => f(params).dataSync()[0] as number)
    tree.dispose(params)
    return value
  },
  slope: (x) => {
    const params = where.tensors<P>(x)
    const g = own(params)
    const found = where.read('laws.gradient', 'the gradient', g)
    tree.dispose([params, g])
    return found
  },
})

/** Of float32. */
const EPS = 2 ** -24

const along = (x: Vector, s: number, u: Vector): Vector => x.map((a, i) => a + s * (u[i] as number))

const isTheSlope = (where: Space, { value, slope }: Field, tolerance: number): Law =>
  law({
    name: 'the gradient is the slope',
    equation: '⟨∇f(θ), u⟩ = d/ds f(θ + s · u) at s = 0',
    words:
      'Along any direction f rises as its gradient says: by central differences with steps from 1/4 to 1/512, almost everywhere. ' +
      'Points at a kink are left out, and those at which f’s rounding hides its slope.',
    given: fc.record({ theta: where.point(), u: where.direction() }),
    holds: ({ theta, u }) => {
      const direction = flat(u)
      const judge = (x: Vector): Verdict => {
        const g = slope(x)
        const found = dot(g, direction)
        const told = slopeOf((s) => value(along(x, s, direction)), where.step, EPS)
        const verdict = apart(found, told, sizeOf(g, direction), tolerance)
        return verdict === 'wrong' ? new Broken('⟨∇f(θ), u⟩', found, told.slope) : verdict
      }
      almostEverywhere(judge, flat(theta), where.step)
    },
  })

const isSymmetric = (where: Space, { slope }: Field, tolerance: number): Law =>
  law({
    name: 'the Hessian is symmetric',
    equation: '⟨u, H(θ) · v⟩ = ⟨v, H(θ) · u⟩',
    words:
      'A gradient is no arbitrary field of arrows: by central differences of the gradient, almost everywhere, where its rounding ' +
      'does not hide its slope.',
    given: fc.record({ theta: where.point(), u: where.direction(), v: where.direction() }),
    holds: ({ theta, u, v }) => {
      const [a, b] = [flat(u), flat(v)]
      const judge = (x: Vector): Verdict => {
        const uHv = slopeOf((s) => dot(slope(along(x, s, b)), a), where.step, EPS)
        const vHu = slopeOf((s) => dot(slope(along(x, s, a)), b), where.step, EPS)
        const both = { slope: vHu.slope, off: uHv.off + vHu.off }
        const verdict = apart(uHv.slope, both, Math.abs(uHv.slope), tolerance)
        return verdict === 'wrong' ? new Broken('⟨u, H · v⟩', uHv.slope, vHu.slope) : verdict
      }
      almostEverywhere(judge, flat(theta), where.step)
    },
  })

const hasEveryLeaf = <P>(where: Space, own: (params: P) => P): Law =>
  law({
    name: 'a gradient for every leaf',
    equation: '∇f(θ) = { path: a tensor like θ’s at path }',
    words: 'Of its shape, float32, and its own: disposing one leaf’s gradient does not touch another’s, or θ.',
    given: fc.record({ theta: where.point() }),
    holds: ({ theta }) => {
      const params = where.tensors<P>(flat(theta))
      const g = own(params)
      const given = tree.entries(params) as readonly (readonly [string, Tensor])[]
      const found = new Map(tree.entries(g))
      try {
        for (const [path, x] of given) {
          const expected = `[${x.shape}] of float32`
          const one = found.get(path)
          const came = one instanceof Tensor ? `[${one.shape}] of ${one.dtype}` : typeof one
          if (came !== expected) throw new Broken(path === '' ? '∇f(θ)' : `∇f(θ) at "${path}"`, came, expected)
        }
        if (found.size !== given.length)
          throw new Broken(
            '∇f(θ)',
            [...found.keys()],
            given.map(([path]) => path),
          )
        const handles = [...found.values(), ...given.map(([, x]) => x)]
        const different = new Set(handles).size
        if (different !== handles.length)
          throw new Broken('the number of tensors in ∇f(θ) and θ', different, handles.length)
      } finally {
        tree.dispose([g, params])
      }
    },
  })

const remembersNothing = (where: Space, { value, slope }: Field): Law =>
  law({
    name: 'a gradient remembers nothing',
    equation: 'f(θ) and ∇f(θ) are what they were, whatever was asked in between',
    words: 'They depend on θ alone, to the last bit: on no earlier call, no clock, and no unseeded dropout.',
    given: fc.record({ theta: where.point(), between: where.point() }),
    holds: ({ theta, between }) => {
      const x = flat(theta)
      const [first, g] = [value(x), slope(x)]
      value(flat(between))
      slope(flat(between))
      const [again, h] = [value(x), slope(x)]
      if (!Object.is(again, first)) throw new Broken('f(θ), asked again,', again, first)
      if (!g.every((a, i) => Object.is(a, h[i]))) throw new Broken('∇f(θ), asked again,', h, g)
    },
  })

const leavesNothing = <P>(where: Space, own: (params: P) => P): Law =>
  law({
    name: 'a gradient leaves nothing behind',
    equation: 'numTensors after ∇f(θ) = numTensors before + the leaves of θ, and θ is what it was',
    words: 'What it makes on its way is gone, and it neither changes nor disposes what it is given.',
    given: fc.record({ theta: where.point() }),
    holds: ({ theta }) => {
      const params = where.tensors<P>(flat(theta))
      const before = memory().numTensors
      const g = own(params)
      const more = memory().numTensors - before
      const leaves = tree.tensors(params)
      const alive = leaves.filter((x) => !x.isDisposed)
      const now = alive.flatMap((x) => Array.from(x.dataSync()))
      tree.dispose([g, params])
      if (more !== leaves.length) throw new Broken('the number of new tensors', more, leaves.length)
      const expected = Array.from(Float32Array.from(flat(theta)))
      if (now.length !== expected.length || now.some((a, i) => a !== expected[i]))
        throw new Broken('θ afterwards', now, expected)
    },
  })
