import * as tf from '@tensorflow/tfjs'
import { blend, chain, type Optimizer, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { numbersOf } from '../close.ts'
import { opaque } from '../optimizer/laws.ts'
import { optimizers, tensorwise } from '../optimizers.ts'
import { gradientFor, mixed } from '../random.ts'

const bytes = (tensors: unknown) => tree.tensors(tensors).map((x) => Array.from(numbersOf(x)))

/** With slots of every kind, in a record and in tuples of them; every third one is to be opaque. */
const MIXED = 'everyWord clipByGlobalNorm dAdaptation every masked novograd blend lookahead partition adam'.split(' ')

const all: Readonly<Record<string, Optimizer>> = {
  ...optimizers,
  ...tensorwise,
  'a chain of nothing': chain(),
  'a chain of opaque parts': chain(opaque(optimizers.clip as Optimizer), opaque(optimizers.adam as Optimizer)),
  'a blend of a rule and an opaque part': blend(
    0.3,
    optimizers.adam as Optimizer,
    opaque(optimizers.trace as Optimizer),
  ),
  'a chain of rules and opaque parts': chain(
    ...MIXED.map((name) => optimizers[name] as Optimizer).map((o, i) => (i % 3 === 0 ? opaque(o) : o)),
  ),
}

describe.each(backends)('on %s, the update of', (_, set) => {
  beforeAll(set)

  describe.each(Object.entries(all))('%s', (_, optimizer) => {
    /** Two updates, the second from a state that is not zero. */
    const prepared = () => {
      const params = mixed()
      const grad = gradientFor(params, 5)
      const before = optimizer.init(params)
      const [state, delta] = optimizer.update(before, grad, 1, { params, loss: 2 })
      tree.dispose([before, delta])
      return { params, grad, state }
    }

    test('changes nothing that it is given', () => {
      const given = prepared()
      const was = bytes(given)
      const result = optimizer.update(given.state, given.grad, 2, { params: given.params, loss: 1 })
      expect(bytes(given)).toEqual(was)
      tree.dispose([given, result])
    })

    test('makes what it returns and nothing else', () => {
      const given = prepared()
      const before = alive()
      const result = optimizer.update(given.state, given.grad, 2, { params: given.params, loss: 1 })
      expect(alive().tensors - before.tensors).toBe(tree.tensors(result).length)
      tree.dispose(result)
      expect(alive()).toEqual(before)
      tree.dispose(given)
    })

    test('returns fresh tensors: argument and result can be disposed apart, in either order', () => {
      for (const first of ['arguments', 'results'] as const) {
        const given = prepared()
        const result = optimizer.update(given.state, given.grad, 2, { params: given.params, loss: 1 })
        const [gone, kept] = first === 'arguments' ? [given, result] : [result, given]
        const was = bytes(kept)
        tree.dispose(gone)
        expect(tree.tensors(kept).some((x) => x.isDisposed)).toBe(false)
        expect(bytes(kept)).toEqual(was)
        tree.dispose(kept)
      }
    })

    test('returns no tensor twice', () => {
      const given = prepared()
      const result = optimizer.update(given.state, given.grad, 2, { params: given.params, loss: 1 })
      expect(new Set(tree.tensors(result)).size).toBe(tree.tensors(result).length)
      tree.dispose([given, result])
    })

    test('can stand inside tidy, which frees what it does not hand out', () => {
      const given = prepared()
      const was = bytes(given)
      const before = alive()
      const delta = tf.tidy(() => {
        const result = optimizer.update(given.state, given.grad, 2, { params: given.params, loss: 1 })
        return result[1] as unknown as tf.TensorContainer
      })
      expect(alive().tensors - before.tensors).toBe(tree.tensors(delta).length)
      tree.dispose(delta)
      expect(alive()).toEqual(before)
      expect(bytes(given)).toEqual(was)
      tree.dispose(given)
    })

    test('leaves nothing behind, from init on', () => {
      const before = alive()
      tree.dispose(prepared())
      expect(alive()).toEqual(before)
    })
  })
})
