/**
 * WebAssembly's instructions, as many as the kernels need: code is bytes, nested as the expression is, and every word below
 * takes code for its operands and returns code, so that a kernel reads like the expression it computes.
 *
 *     set(x, f32x4.add(f32x4.mul(get(x), get(y)), f32x4.splat(f32.const(1))))
 *
 * Encodings: WebAssembly core specification 2.0, chapter 5, with its SIMD instructions.
 */
export type Code = readonly (number | Code)[]
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128'

const VOID = 0x40

/** Unsigned LEB128. */
export const unsigned = (n: number): number[] => {
  const bytes: number[] = []
  let rest = n >>> 0
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}

const signed = (n: number): number[] => {
  const bytes: number[] = []
  let rest = n | 0
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>= 7
  }
  bytes.push(rest & 0x7f)
  return bytes
}

const float = (x: number, bits: 32 | 64): number[] => {
  const view = new DataView(new ArrayBuffer(bits / 8))
  if (bits === 32) view.setFloat32(0, x, true)
  else view.setFloat64(0, x, true)
  return Array.from(new Uint8Array(view.buffer))
}

type Unary = (a: Code) => Code
type Binary = (a: Code, b: Code) => Code
type Load = (address: Code, offset?: number) => Code
type Store = (address: Code, value: Code, offset?: number) => Code

const SIMD = 0xfd
const op1 =
  (...opcode: number[]): Unary =>
  (a) => [a, ...opcode]
const op2 =
  (...opcode: number[]): Binary =>
  (a, b) => [a, b, ...opcode]
const simd = (n: number): number[] => [SIMD, ...unsigned(n)]
// Alignment is a hint: 2² is right for float32 and never wrong for wider accesses.
const load =
  (align: number, ...opcode: number[]): Load =>
  (address, offset = 0) => [address, ...opcode, align, ...unsigned(offset)]
const store =
  (align: number, ...opcode: number[]): Store =>
  (address, value, offset = 0) => [address, value, ...opcode, align, ...unsigned(offset)]

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number, value: Code): Code => [value, 0x21, ...unsigned(local)]
export const call = (fn: number, ...args: readonly Code[]): Code => [...args, 0x10, ...unsigned(fn)]
export const seq = (...code: readonly Code[]): Code => code
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  condition,
  0x04,
  VOID,
  then,
  ...(otherwise.length > 0 ? [0x05, otherwise] : []),
  0x0b,
]
/** `while (condition) body`, with the test at the end of each turn. */
export const loopWhile = (condition: Code, body: Code): Code =>
  when(condition, [0x03, VOID, body, condition, 0x0d, 0x00, 0x0b])

export const i32 = {
  const: (n: number): Code => [0x41, ...signed(n)],
  load: load(2, 0x28),
  add: op2(0x6a),
  sub: op2(0x6b),
  mul: op2(0x6c),
  and: op2(0x71),
  shl: op2(0x74),
  ltU: op2(0x49),
  geU: op2(0x4f),
}

export const f32 = {
  const: (x: number): Code => [0x43, ...float(x, 32)],
  load: load(2, 0x2a),
  store: store(2, 0x38),
  abs: op1(0x8b),
  neg: op1(0x8c),
  sqrt: op1(0x91),
  add: op2(0x92),
  sub: op2(0x93),
  mul: op2(0x94),
  div: op2(0x95),
  min: op2(0x96),
  max: op2(0x97),
  copysign: op2(0x98),
  eq: op2(0x5b),
  ne: op2(0x5c),
  lt: op2(0x5d),
  gt: op2(0x5e),
  le: op2(0x5f),
  ge: op2(0x60),
  demote: op1(0xb6),
}

export const f64 = {
  const: (x: number): Code => [0x44, ...float(x, 64)],
  load: load(2, 0x2b),
  store: store(2, 0x39),
  abs: op1(0x99),
  neg: op1(0x9a),
  sqrt: op1(0x9f),
  add: op2(0xa0),
  sub: op2(0xa1),
  mul: op2(0xa2),
  div: op2(0xa3),
  min: op2(0xa4),
  max: op2(0xa5),
  copysign: op2(0xa6),
  eq: op2(0x61),
  ne: op2(0x62),
  lt: op2(0x63),
  gt: op2(0x64),
  le: op2(0x65),
  ge: op2(0x66),
  promote: op1(0xbb),
}

/** `a` where the condition holds, otherwise `b`; the condition is an i32. */
export const select = (a: Code, b: Code, condition: Code): Code => [a, b, condition, 0x1b]

export const v128 = {
  load: load(2, ...simd(0)),
  /** Four bytes, repeated in each float32 lane. */
  load32Splat: load(2, ...simd(9)),
  /** Four bytes into the first lane, the rest zero. */
  load32Zero: load(2, ...simd(92)),
  /** Eight bytes into the low half, the rest zero. */
  load64Zero: load(2, ...simd(93)),
  store: store(2, ...simd(11)),
  zero: [...simd(12), ...new Array<number>(16).fill(0)] as Code,
  not: op1(...simd(77)),
  and: op2(...simd(78)),
  /** a & ¬b */
  andnot: op2(...simd(79)),
  or: op2(...simd(80)),
  xor: op2(...simd(81)),
  /** Bits of `a` where the mask is 1, otherwise of `b`. */
  bitselect: (a: Code, b: Code, mask: Code): Code => [a, b, mask, ...simd(82)],
  /** An i32: whether any bit is 1. */
  anyTrue: op1(...simd(83)),
  /** Sixteen byte indices into the concatenation of `a` and `b`. */
  shuffle: (lanes: readonly number[], a: Code, b: Code): Code => [a, b, ...simd(13), ...lanes],
}

export const i32x4 = {
  splat: op1(...simd(17)),
  /** By so many bits, an i32. */
  shl: op2(...simd(171)),
  shrS: op2(...simd(172)),
  add: op2(...simd(174)),
  sub: op2(...simd(177)),
  /** Of a float32, towards 0. */
  truncate: op1(...simd(249)),
}

export const i64x2 = {
  /** By so many bits, an i32. */
  shl: op2(...simd(203)),
  shrU: op2(...simd(205)),
  add: op2(...simd(206)),
  sub: op2(...simd(209)),
}

export const f32x4 = {
  splat: op1(...simd(19)),
  extract: (lane: number, a: Code): Code => [a, ...simd(31), lane],
  replace: (lane: number, a: Code, x: Code): Code => [a, x, ...simd(32), lane],
  eq: op2(...simd(65)),
  ne: op2(...simd(66)),
  lt: op2(...simd(67)),
  gt: op2(...simd(68)),
  le: op2(...simd(69)),
  ge: op2(...simd(70)),
  /** Of two float64, into the low half; the rest is zero. */
  demote: op1(...simd(94)),
  floor: op1(...simd(104)),
  abs: op1(...simd(224)),
  neg: op1(...simd(225)),
  sqrt: op1(...simd(227)),
  add: op2(...simd(228)),
  sub: op2(...simd(229)),
  mul: op2(...simd(230)),
  div: op2(...simd(231)),
  /** NaN where one is. */
  min: op2(...simd(232)),
  max: op2(...simd(233)),
  /** `b < a ? b : a` and `a < b ? b : a`: a where one is NaN. */
  pmin: op2(...simd(234)),
  pmax: op2(...simd(235)),
  /** Of four integers, with a sign or without. */
  convertS: op1(...simd(250)),
  convert: op1(...simd(251)),
}

export const f64x2 = {
  splat: op1(...simd(20)),
  extract: (lane: number, a: Code): Code => [a, ...simd(33), lane],
  replace: (lane: number, a: Code, x: Code): Code => [a, x, ...simd(34), lane],
  promoteLow: op1(...simd(95)),
  eq: op2(...simd(71)),
  ne: op2(...simd(72)),
  lt: op2(...simd(73)),
  gt: op2(...simd(74)),
  le: op2(...simd(75)),
  ge: op2(...simd(76)),
  abs: op1(...simd(236)),
  neg: op1(...simd(237)),
  sqrt: op1(...simd(239)),
  add: op2(...simd(240)),
  sub: op2(...simd(241)),
  mul: op2(...simd(242)),
  div: op2(...simd(243)),
  max: op2(...simd(245)),
  pmin: op2(...simd(246)),
  pmax: op2(...simd(247)),
}
