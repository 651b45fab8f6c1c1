import { fresh, offTape } from './tape.js'

/**
 * The same values, of which nothing is differentiated: the derivative is zero, of any order.
 *
 *     ∂ stopGradient(x)/∂x = 0
 *
 * Of a tree, a tree with fresh tensors in the place of its own (on the same buffers); what is no tensor is passed on. It is on
 * nobody's tape: plain `tf.grad` of what depends on x through this alone says that it does not depend on x.
 */
export const stopGradient = <A>(tree: A): A => offTape(() => fresh(tree))
