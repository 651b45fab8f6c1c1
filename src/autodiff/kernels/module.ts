import { assemble, type Fn } from '../../expr/assembler.js'
import { instantiate, isShared, type WasmBackend } from '../../kernel/heap.js'
import { madeOnce } from '../../kernel/once.js'

/** Functions over tfjs's heap, by name: compiled when they are first asked for. */
export const moduleOf = <Exports>(functions: readonly Fn[]): ((backend: WasmBackend) => Exports) =>
  madeOnce((backend) => instantiate(backend, assemble({ memory: { shared: isShared(backend) }, functions })) as Exports)
