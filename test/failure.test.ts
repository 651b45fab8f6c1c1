import { show } from 'gradus'
import { describe, expect, test } from 'vitest'
import { brief, mistake } from '../src/failure.ts'

describe('a failure', () => {
  test('is said by its one printer', () => {
    expect(show({ _tag: 'NotFinite', what: 'loss', t: 7, carry: null })).toBe(
      'train: the loss at step 7 is not finite, expected a number; the carry is as it was after step 6',
    )
    expect(show({ _tag: 'NotFinite', what: 'gradient', t: 1, path: 'dense.0.kernel', carry: null })).toBe(
      'train: leaf "dense.0.kernel" of the gradient at step 1 is not finite, expected a number; ' +
        'the carry is as it was after step 0',
    )
    expect(show({ _tag: 'ContextLost', t: 231, kept: 200, carry: null })).toBe(
      'train: the WebGL context was lost at step 231; the carry is as it was after step 200, kept on the host',
    )
  })
})

describe('a failure of a configuration', () => {
  test('tells where, what came and what was expected, and the nearest name', () => {
    expect(show({ _tag: 'BadConfig', path: 'adam.lr', came: 'true', expected: 'a number' })).toBe(
      'config: adam.lr is true, expected a number',
    )
    expect(show({ _tag: 'BadConfig', path: '', came: '3', expected: 'an optimizer', hint: 'adam' })).toBe(
      'config: the whole is 3, expected an optimizer; did you mean "adam"?',
    )
    expect(show({ _tag: 'Refused', path: 'clip', why: 'limit is 0, expected 0 < limit < ∞' })).toBe(
      'config: clip: limit is 0, expected 0 < limit < ∞',
    )
    expect(show({ _tag: 'NotData', path: '', what: 'an optimizer of one’s own' })).toBe(
      'config: the whole is an optimizer of one’s own, expected what can be written down as data',
    )
  })
})

describe('a mistake', () => {
  test('is one line: where, what came, what was expected', () => {
    expect(mistake('adam', 'b1 is 1', '0 ≤ b1 < 1')).toEqual(new TypeError('adam: b1 is 1, expected 0 ≤ b1 < 1'))
    expect(mistake('adam', 'b1 is 1', '0 ≤ b1 < 1').why).toBe('b1 is 1, expected 0 ≤ b1 < 1')
    expect(mistake('tree.map', 'leaf "a" is missing').message).toBe('tree.map: leaf "a" is missing')
  })

  test.each<[unknown, string]>([
    ['text', '"text"'],
    ['x'.repeat(41), `"${'x'.repeat(37)}…"`],
    [3, '3'],
    [-0, '0'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1, 2], 'an array of 2'],
    [{ a: 1 }, 'an object with 1 keys'],
    [Object.create(null), 'an object with 0 keys'],
    [new Map(), 'a Map'],
    [{ constructor: { name: { toString: 1 } } }, 'an object with 1 keys'],
    [new Float32Array(9), 'a Float32Array'],
    [function named() {}, 'function named'],
    [() => 1, 'function (anonymous)'],
    [Symbol('s'), 'Symbol(s)'],
    [10n, '10'],
  ])('shows %o briefly', (value, expected) => {
    expect(brief(value)).toBe(expected)
  })
})
