/**
 * The error function in float64, which JavaScript lacks:
 *
 *     erf x = 2/√π · e^(−x²) · Σ_k 2^k x^(2k+1) / (1·3·5·…·(2k+1))          (Abramowitz & Stegun 7.1.6)
 *
 * All terms are of one sign, so nothing cancels: within 7 ulp of the true value for |x| < 1, 21 below 6. Beyond it is ±1.
 */
export const erf = (x: number): number => {
  if (!(Math.abs(x) < 6)) return Number.isNaN(x) ? x : Math.sign(x)
  let term = x
  let sum = x
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (2 * x * x) / (2 * k + 1)
    sum += term
  }
  const value = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
  return Math.abs(value) < 1 ? value : Math.sign(x)
}
