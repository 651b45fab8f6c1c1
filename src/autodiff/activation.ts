import { elementwise } from './elementwise.js'
import { logOnePlusExp, sigmoid } from './logistic.js'

/**
 * Activations, each one fused kernel with derivatives of any order: of a float32 tensor, a tensor of its shape. Finite wherever x
 * is, and so are their derivatives.
 */

/** Past this, erf and tanh below are ±1 in float32, and the square of x is no longer asked for. */
const FAR = 12

/**
 * gelu(x) = x Φ(x) = x/2 (1 + erf(x/√2)), Φ the normal distribution: with the error function itself.
 *
 * Hendrycks & Gimpel 2016, "Gaussian error linear units", arXiv 1606.08415.
 */
export const gelu = elementwise((x) => x.mul(0.5).mul(x.max(-FAR).min(FAR).mul(Math.SQRT1_2).erf().add(1)), 'gelu')

/**
 * geluTanh(x) = x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))): the approximation of the same paper, as in GPT-2; within 5e-4 of `gelu`.
 */
export const geluTanh = elementwise((x) => {
  const near = x.max(-FAR).min(FAR)
  const inner = near
    .square()
    .mul(0.044715)
    .add(1)
    .mul(near)
    .mul(Math.sqrt(2 / Math.PI))
  return x.mul(0.5).mul(inner.tanh().add(1))
}, 'geluTanh')

/**
 * silu(x) = x σ(x), also called swish; σ(x) = 1 / (1 + e⁻ˣ).
 *
 * Hendrycks & Gimpel 2016, arXiv 1606.08415; Ramachandran, Zoph & Le 2017, arXiv 1710.05941.
 */
export const silu = elementwise((x) => x.mul(sigmoid(x)), 'silu')

/**
 * mish(x) = x tanh(softplus(x)).
 *
 * Misra 2019, "Mish: a self regularized non-monotonic activation function", arXiv 1908.08681.
 */
export const mish = elementwise((x) => x.mul(logOnePlusExp(x).tanh()), 'mish')

/**
 * softplus(x) = log(1 + eˣ), whose derivative is σ(x).
 *
 * Dugas et al. 2000, "Incorporating second-order functional knowledge for better option pricing".
 */
export const softplus = elementwise((x) => logOnePlusExp(x), 'softplus')
