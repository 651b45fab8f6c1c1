import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { variable } from '../../expr/expr.js'
import { substitute } from '../../expr/fold.js'
import type { Formulas } from '../../kernel/loops.js'
import { madeOnce } from '../../kernel/once.js'
import type { WebglBackend } from '../../kernel/webgl/backend.js'
import { inRoom, type Leaf } from '../../kernel/webgl/job.js'
import { layoutOf } from '../../kernel/webgl/layout.js'
import { type MapPass, mapPass } from '../../kernel/webgl/map.js'
import { type Application, filled, replaceElementwise } from '../application.js'
import type { Formula } from '../formula.js'

/**
 * Formulas as shaders: one draw for every four outputs, compiled once for each formula and each choice of operands that are a
 * number of the host's, or a tensor of one. Numbers are uniforms. A tensor that is to be broadcast, a row or a column, is laid out
 * in full by a draw of its own first.
 */
type Kind = 'number' | 'one' | 'element'

const compile = ({ names, outputs }: Formula, kinds: readonly Kind[]): MapPass => {
  const places = names.map((name, i) => [name, variable(name, kinds[i] === 'number' ? 'tree' : 'element')] as const)
  const read = substitute(Object.fromEntries(places))
  const formulas: Formulas = Object.fromEntries(outputs.map((output, k) => [nameOf(k), read(output)]))
  const scalars = new Set(names.filter((_, i) => kinds[i] === 'one'))
  return mapPass(formulas, { scalars })
}

const nameOf = (output: number): string => `y${output}`

const compiled = madeOnce((_: Formula) => new Map<string, MapPass>())

const passOf = (formula: Formula, kinds: readonly Kind[]): MapPass => {
  const all = compiled(formula)
  const key = kinds.join()
  const pass = all.get(key) ?? compile(formula, kinds)
  all.set(key, pass)
  return pass
}

interface Operands {
  readonly inputs: readonly TensorInfo[]
  readonly backend: WebglBackend
  readonly attrs: Application
}

const elementwise = ({ inputs, backend, attrs }: Operands): TensorInfo[] => {
  const { formula, numbers, shape } = attrs
  const operands = filled(numbers, inputs)
  const kinds = operands.map((x): Kind => {
    if (typeof x === 'number') return 'number'
    return util.sizeFromShape(x.shape) === 1 ? 'one' : 'element'
  })
  const pass = passOf(formula, kinds)
  return inRoom(backend, (room) => {
    const leaf: Leaf = { layout: layoutOf(shape), env: {}, scalars: {}, elements: {} }
    for (const [i, name] of formula.names.entries()) {
      const x = operands[i] as TensorInfo | number
      if (typeof x === 'number') leaf.env[name] = x
      else if (kinds[i] === 'one') leaf.scalars[name] = room.texture(x)
      else leaf.elements[name] = x
    }
    const [results] = pass(room, leaf, [leaf])
    return formula.outputs.map((_, k) => results?.[nameOf(k)] as TensorInfo)
  })
}

export const installElementwise = (): void => replaceElementwise('webgl', elementwise as unknown as KernelFunc)
