import { assemble, type Fn } from '../../expr/assembler.js'
import { instantiate, isShared, type WasmBackend } from '../../kernel/heap.js'

/** Functions over tfjs's heap, by name: compiled when they are first asked for, once in the life of a back end. */
export const moduleOf = <Exports>(functions: readonly Fn[]): ((backend: WasmBackend) => Exports) => {
  const made = new WeakMap<WasmBackend, Exports>()
  return (backend) => {
    const known = made.get(backend)
    if (known) return known
    const exports = instantiate(backend, assemble({ memory: { shared: isShared(backend) }, functions })) as Exports
    made.set(backend, exports)
    return exports
  }
}
