/**
 * Minimax polynomials (Remez) in float64, lowest coefficient first: what WebAssembly and WebGL compute functions with. Each is the
 * best of its degree for the relative error of the function that is made of it; the formulas stand where they are used (`simd`).
 */

/** eˣ = 1 + (r + r² q(r)), |r| ≤ ½ ln 2. */
export const EXP = [
  0.49999993432137446, 0.16666520399191034, 0.04166839077878615, 0.008368745098531173, 0.001381454053509544,
]
/** ln(1 + f) = 2 artanh s, s = f / (2 + f), over s². */
export const LOG = [0.6666677705312447, 0.3997744954386066, 0.2987441862053291]
/** tanh x = x + x z p(z), z = x², x < 0.55. */
export const TANH = [
  -0.3333331753367115, 0.13332585162539562, -0.053852198555627465, 0.02107118608314787, -0.006273496401094432,
]
/** erf x = x + x p(x²), x < 0.85. */
export const ERF = [
  0.1283791602302716, -0.37612571836782693, 0.11282717401600631, -0.0268025477826845, 0.0050510948294380026,
  -0.0006315129289271222,
]
/** ln erfc x, 0.85 ≤ x ≤ 4. */
export const LN_ERFC = [
  -0.00011470596668628796, -1.1280154327488832, -0.6366016845611909, -0.10444801099267989, 0.02247896411011847,
  -0.0031071761413826765, 0.00020252701586959986,
]
/** log₂ m = s p(s²), s = (m − 1) / (m + 1), √½ ≤ m < √2. */
export const LOG2 = [2.8853900817902023, 0.961796673183467, 0.577083617391913, 0.4116706600628917, 0.3407700705574382]
/** 2ʳ = 1 + r q(r), |r| ≤ ½. */
export const EXP2 = [
  0.6931472151863545, 0.2402265279633872, 0.05550310127239283, 0.009617691085483365, 0.001340679789577954,
  0.00015595099192274205,
]
/** ln 2: ten bits, whose product with an exponent is exact, and the rest. */
export const LN2 = [0.693359375, Math.LN2 - 0.693359375] as const
/** The least float32 whose power of e is not below 2⁻¹²⁶, and the largest whose power is finite. */
export const EXP_RANGE = [-87.33654022216797, 88.72283172607422] as const
