import {
  Einsum,
  einsum,
  type GradConfig,
  getBackend,
  mul,
  ones,
  reshape,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { gradient } from './gradient.js'

/**
 * Sums of products by Einstein's convention, of one or two tensors: 'ij,jk->ik'.
 *
 * The gradient of a factor is a sum of products of dy and the other factor, over what the factor has no index for; along an
 * index that it alone had, the same for all.
 */
/** Back ends whose kernel gives its input back where there is nothing to sum. */
const RETURNS_ITS_INPUT = ['cpu', 'webgl']

const sides = (equation: string): { readonly factors: readonly string[]; readonly output: string } => {
  const [left = '', output = ''] = equation.replace(/\s/g, '').split('->')
  return { factors: left.split(','), output }
}

const ofFactor = (equation: string, dy: Tensor, saved: readonly Tensor[], i: number): Tensor => {
  const { factors, output } = sides(equation)
  const [own, { shape }] = [[...(factors[i] as string)], saved[i] as Tensor]
  const others = factors.flatMap((indices, k) => (k === i ? [] : [{ indices, x: saved[k] as Tensor }]))
  const known = [output, ...others.map(({ indices }) => indices)].join('')
  const kept = own.filter((index) => known.includes(index))
  const terms = [output, ...others.map(({ indices }) => indices)].join(',')
  // There the tape hands dy to the factor anyway.
  const same = terms === kept.join('')
  if (same && kept.length === own.length && RETURNS_ITS_INPUT.includes(getBackend())) return zeros(shape)
  const sums = same ? dy : einsum(`${terms}->${kept.join('')}`, dy, ...others.map(({ x }) => x))
  if (kept.length === own.length) return sums
  const spread = own.map((index, axis) => (kept.includes(index) ? (shape[axis] as number) : 1))
  return mul(reshape(sums, spread), ones(shape))
}

const config = gradient<{ equation: string }>(Einsum, {}, (dy, saved, { equation }) =>
  Object.fromEntries(saved.map((_, i) => [i, () => ofFactor(equation, dy, saved, i)])),
)

export const products: readonly GradConfig[] = [{ ...config, saveAllInputs: true }]
