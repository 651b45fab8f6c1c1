import { ERF, EXP, EXP_RANGE, EXP2, LN_ERFC, LN2, LOG, LOG2, TANH } from '../minimax.js'

/**
 * What GLSL leaves open, or says of finite numbers alone: functions of four float32. A compiler may take it that there is no NaN, and
 * then x = x is true and min(NaN, 0) is 0. So NaN is told by its bits, which are integers, and no number is made of one by comparing.
 *
 * GLSL's own exp, log, tanh and pow may be wrong by 3 + 2|x| ulp, are not defined below 0, or overflow: tanh 50 is NaN on some
 * devices. The formulas here are those of `simd`.
 */

/** A float32, in GLSL; one that is an integer needs a point. */
export const numeral = (value: number): string => {
  const x = Math.fround(value)
  if (Number.isNaN(x)) return 'uintBitsToFloat(0x7fc00000u)'
  if (!Number.isFinite(x)) return `uintBitsToFloat(0x${x > 0 ? '7f' : 'ff'}800000u)`
  if (Object.is(x, -0)) return 'uintBitsToFloat(0x80000000u)'
  const text = /[.e]/.test(String(x)) ? String(x) : `${x}.0`
  return x < 0 ? `(${text})` : text
}

const all = (value: number): string => `vec4(${numeral(value)})`

const polynomial = (x: string, [first, ...rest]: readonly number[]): string =>
  rest.length === 0 ? numeral(first as number) : `(${numeral(first as number)} + ${x} * ${polynomial(x, rest)})`

/** By name. Each may call those above it. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  sizeBits: 'uvec4 sizeBits(vec4 x) { return floatBitsToUint(x) & 0x7fffffffu; }',
  isNone: 'bvec4 isNone(vec4 x) { return greaterThan(sizeBits(x), uvec4(0x7f800000u)); }',
  areNone: 'bvec4 areNone(vec4 a, vec4 b) { return greaterThan(max(sizeBits(a), sizeBits(b)), uvec4(0x7f800000u)); }',
  pick: 'vec4 pick(bvec4 holds, vec4 a, vec4 b) { return mix(b, a, holds); }',
  choose: 'vec4 choose(vec4 condition, vec4 a, vec4 b) { return pick(notEqual(sizeBits(condition), uvec4(0)), a, b); }',
  finite: 'vec4 finite(vec4 x) { return vec4(lessThan(sizeBits(x), uvec4(0x7f800000u))); }',
  ifNumbers: 'vec4 ifNumbers(bvec4 holds, vec4 a, vec4 b) { return pick(areNone(a, b), vec4(0.0), vec4(holds)); }',
  smaller: 'vec4 smaller(vec4 a, vec4 b) { return pick(areNone(a, b), a + b, min(a, b)); }',
  larger: 'vec4 larger(vec4 a, vec4 b) { return pick(areNone(a, b), a + b, max(a, b)); }',
  signs: 'vec4 signs(vec4 x) { return pick(isNone(x), x, sign(x)); }',
  root: `vec4 root(vec4 x) { return pick(lessThan(x, vec4(0.0)), ${all(Number.NaN)}, sqrt(x)); }`,
  flushed: `vec4 flushed(vec4 x) { return pick(lessThan(sizeBits(x), uvec4(0x00800000u)), vec4(0.0), x); }`,
  withSign: `vec4 withSign(vec4 size, vec4 x) {
  return uintBitsToFloat(sizeBits(size) | (floatBitsToUint(x) & 0x80000000u));
}`,
  // 2ⁿ x, where n is an integer from −126 to 128 and 2ⁿ x not above the largest number.
  timesPower: `vec4 timesPower(vec4 x, vec4 n) {
  vec4 y = pick(greaterThan(n, vec4(127.0)), x + x, x);
  return y * intBitsToFloat((ivec4(min(n, 127.0)) + 127) << 23);
}`,
  ordinaryExp: `vec4 ordinaryExp(vec4 x) {
  vec4 n = floor(x * ${numeral(Math.LOG2E)} + 0.5);
  vec4 high = x - n * ${numeral(LN2[0])};
  vec4 low = n * ${numeral(LN2[1])};
  vec4 r = high - low;
  return timesPower(1.0 + (high - (low - r * r * ${polynomial('r', EXP)})), n);
}`,
  exponential: `vec4 exponential(vec4 x) {
  vec4 power = ordinaryExp(clamp(x, ${numeral(EXP_RANGE[0])}, ${numeral(EXP_RANGE[1])}));
  vec4 small = pick(lessThan(x, ${all(EXP_RANGE[0])}), vec4(0.0), power);
  return pick(isNone(x), x, pick(greaterThan(x, ${all(EXP_RANGE[1])}), ${all(Infinity)}, small));
}`,
  logarithm: `vec4 logarithm(vec4 x) {
  bvec4 small = lessThan(x, ${all(2 ** -126)});
  vec4 normal = pick(small, x * ${numeral(2 ** 25)}, x);
  ivec4 exponent = (floatBitsToInt(normal) - floatBitsToInt(${numeral(Math.SQRT1_2)})) >> 23;
  vec4 k = vec4(exponent) - pick(small, vec4(25.0), vec4(0.0));
  vec4 f = intBitsToFloat(floatBitsToInt(normal) - (exponent << 23)) - 1.0;
  vec4 s = f / (f + 2.0);
  vec4 z = s * s;
  vec4 h = f * f * 0.5;
  vec4 less = h - (s * (h + z * ${polynomial('z', LOG)}) + k * ${numeral(LN2[1])});
  vec4 known = k * ${numeral(LN2[0])} - (less - f);
  vec4 end = pick(greaterThan(x, vec4(0.0)), x, pick(lessThan(x, vec4(0.0)), ${all(Number.NaN)}, ${all(-Infinity)}));
  bvec4 usual = lessThan(sizeBits(x), uvec4(0x7f800000u));
  return pick(isNone(x), x, pick(usual, pick(greaterThan(x, vec4(0.0)), known, end), end));
}`,
  hyperbolic: `vec4 hyperbolic(vec4 x) {
  vec4 size = min(abs(x), 10.0);
  vec4 z = size * size;
  vec4 small = size + size * (z * ${polynomial('z', TANH)});
  vec4 large = 1.0 - 2.0 / (ordinaryExp(size + size) + 1.0);
  return pick(isNone(x), x, withSign(pick(lessThan(size, ${all(0.55)}), small, large), x));
}`,
  errorFunction: `vec4 errorFunction(vec4 x) {
  vec4 size = min(abs(x), 4.0);
  vec4 z = size * size;
  vec4 small = size + size * ${polynomial('z', ERF)};
  vec4 large = 1.0 - ordinaryExp(${polynomial('size', LN_ERFC)});
  return pick(isNone(x), x, withSign(pick(lessThan(size, ${all(0.85)}), small, large), x));
}`,
  // y log₂ x = y k + y log₂ m. The product y k is exact in two parts, of y's upper 16 bits and its lower 8.
  ordinaryPower: `vec4 ordinaryPower(vec4 x, vec4 y) {
  bvec4 small = lessThan(x, ${all(2 ** -126)});
  vec4 normal = pick(small, x * ${numeral(2 ** 25)}, x);
  ivec4 exponent = (floatBitsToInt(normal) - floatBitsToInt(${numeral(Math.SQRT1_2)})) >> 23;
  vec4 k = vec4(exponent) - pick(small, vec4(25.0), vec4(0.0));
  vec4 m = intBitsToFloat(floatBitsToInt(normal) - (exponent << 23));
  vec4 s = (m - 1.0) / (m + 1.0);
  vec4 z = s * s;
  vec4 fraction = s * ${polynomial('z', LOG2)};
  vec4 about = y * (k + fraction);
  vec4 d = pick(lessThan(abs(about), vec4(160.0)), y, vec4(0.0));
  vec4 upper = uintBitsToFloat(floatBitsToUint(d) & 0xffffff00u);
  vec4 whole = floor(upper * k + 0.5);
  vec4 rest = (upper * k - whole) + ((d - upper) * k + d * fraction);
  vec4 more = floor(rest + 0.5);
  vec4 r = rest - more;
  vec4 n = clamp(whole + more, -127.0, 128.0);
  vec4 power = timesPower(1.0 + r * ${polynomial('r', EXP2)}, max(n, -126.0));
  power = pick(lessThan(n, vec4(-126.0)), vec4(0.0), power);
  return pick(greaterThanEqual(about, vec4(128.0)), ${all(Infinity)}, pick(lessThan(about, vec4(-126.0)), vec4(0.0), power));
}`,
  power: `vec4 power(vec4 x, vec4 y) {
  vec4 size = abs(x);
  bvec4 endless = equal(sizeBits(y), uvec4(0x7f800000u));
  bvec4 usual = lessThan(max(sizeBits(x), sizeBits(y)), uvec4(0x7f800000u));
  vec4 found = ordinaryPower(pick(usual, size, vec4(1.0)), pick(usual, y, vec4(1.0)));
  bvec4 grows = notEqual(greaterThan(size, vec4(1.0)), lessThan(y, vec4(0.0)));
  bvec4 atEnd = notEqual(uvec4(equal(size, vec4(0.0))) | uvec4(equal(sizeBits(x), uvec4(0x7f800000u))) | uvec4(endless), uvec4(0));
  found = pick(atEnd, pick(grows, ${all(Infinity)}, vec4(0.0)), found);
  vec4 half_ = y * 0.5;
  bvec4 broken = notEqual(floor(y), y);
  uvec4 odd = uvec4(notEqual(floor(half_), half_)) & ~uvec4(broken) & uvec4(1);
  uvec4 negative = (floatBitsToUint(x) >> 31) & odd & uvec4(not(endless));
  found = uintBitsToFloat(floatBitsToUint(found) | (negative << 31));
  uvec4 below = uvec4(lessThan(x, vec4(0.0))) & uvec4(lessThan(sizeBits(x), uvec4(0x7f800000u))) & uvec4(broken);
  uvec4 nowhere = below | (uvec4(equal(size, vec4(1.0))) & uvec4(endless)) | uvec4(areNone(x, y));
  return pick(equal(y, vec4(0.0)), vec4(1.0), pick(notEqual(nowhere, uvec4(0)), ${all(Number.NaN)}, found));
}`,
}
