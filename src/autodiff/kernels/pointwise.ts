import {
  broadcast_util,
  Erf,
  Exp,
  Log,
  Maximum,
  Minimum,
  Prelu,
  Rsqrt,
  Sqrt,
  Tanh,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type Expr, select } from '../../expr/expr.js'
import { under } from '../../failure.js'
import type { WasmBackend } from '../../kernel/heap.js'
import { type Formula, traced } from '../formula.js'
import { elementwise } from './elementwise.js'
import type { Kernel } from './kernel.js'

/**
 * What tfjs computes number by number, as formulas of the numbers: for float32, broadcast; and PReLU where tfjs's
 * kernel is wrong. Of 262,144 numbers, in µs, tfjs and here:
 *
 *     erf 4,063 and 507      exp 1,688 and 242      log 928 and 356      tanh 3,353 and 415
 *     √ 338 and 93           1/√ 535 and 142        max 3,053 and 96, or 17,340 and 101 with a column
 *
 * Its sums, products, quotients and sigmoid are as fast as memory is, or faster than this.
 */
const of =
  (names: readonly string[]) =>
  (name: string, formula: Formula): Kernel => {
    const numbers = names.map(() => undefined)
    return {
      name,
      kernel: (own) => (given) => {
        const inputs = names.map((x) => given.inputs[x] as TensorInfo)
        if (inputs.some(({ dtype }) => dtype !== 'float32')) return own(given)
        const shape = under(name, () =>
          inputs.reduce<number[]>((to, x) => broadcast_util.assertAndGetBroadcastShape(to, x.shape), []),
        )
        const [out] = elementwise({ inputs, backend: given.backend as WasmBackend, attrs: { formula, numbers, shape } })
        return out as TensorInfo
      },
    }
  }

const unary = (name: string, f: (x: Expr) => Expr): Kernel =>
  of(['x'])(
    name,
    traced(name, (x) => f(x as Expr)),
  )
const binary = (name: string, f: (a: Expr, b: Expr) => Expr, names = ['a', 'b']): Kernel =>
  of(names)(
    name,
    traced(name, (a, b) => f(a as Expr, b as Expr)),
  )

/** tfjs's repeats alpha along memory: right, and faster, where its shape ends that of x. */
const prelu: Kernel = {
  name: Prelu,
  kernel: (own) => {
    const general = binary(Prelu, (x, alpha) => select(x.ge(0), x, x.mul(alpha)), ['x', 'alpha']).kernel(own)
    return (given) => {
      const { x, alpha } = given.inputs as Readonly<Record<'x' | 'alpha', TensorInfo>>
      const first = alpha.shape.findIndex((size) => size !== 1)
      const end = first < 0 ? [] : alpha.shape.slice(first)
      const isEnd = x.shape.slice(x.shape.length - end.length).join() === end.join()
      return (isEnd ? own : general)(given)
    }
  },
}

export const pointwise: readonly Kernel[] = [
  unary(Erf, (x) => x.erf()),
  unary(Exp, (x) => x.exp()),
  unary(Log, (x) => x.log()),
  unary(Rsqrt, (x) => x.pow(-0.5)),
  unary(Sqrt, (x) => x.sqrt()),
  unary(Tanh, (x) => x.tanh()),
  binary(Maximum, (a, b) => a.max(b)),
  binary(Minimum, (a, b) => a.min(b)),
  prelu,
]
