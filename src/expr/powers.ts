/** x to the power of a literal, where an instruction or two have it: within 2 ulp, and as `**` of 0, −0, infinities and NaN. */
type Power = <A>(x: A, words: Arithmetic<A>) => A

/** What instructions are needed, of any language. */
export interface Arithmetic<A> {
  number(value: number): A
  add(a: A, b: A): A
  mul(a: A, b: A): A
  div(a: A, b: A): A
  sqrt(a: A): A
  /** `then` where a = b. */
  where(a: A, b: A, then: A, otherwise: A): A
}

const square: Power = (x, { mul }) => mul(x, x)
const inverse: Power = (x, { div, number }) => div(number(1), x)
/** √ would be −0 of −0 and NaN of −∞. */
const root: Power = (x, { number, where, sqrt, add }) =>
  where(x, number(-Infinity), number(Infinity), sqrt(add(x, number(0))))

export const POWERS: ReadonlyMap<number, Power> = new Map<number, Power>([
  [1, (x) => x],
  [2, square],
  [3, (x, words) => words.mul(square(x, words), x)],
  [4, (x, words) => square(square(x, words), words)],
  [-1, inverse],
  // The square first would be 0 or ∞ where its inverse is not yet.
  [-2, (x, words) => square(inverse(x, words), words)],
  [0.5, root],
  [-0.5, (x, words) => inverse(root(x, words), words)],
])
