/** gradus: an optimizer is a formula. */

export { gelu, geluTanh, mish, silu, softplus } from './autodiff/activation.js'
export { type CrossEntropy, crossEntropy } from './autodiff/crossentropy.js'
export { type Elementwise, elementwise } from './autodiff/elementwise.js'
export { grad, valueAndGrad, type WithExtra } from './autodiff/grad.js'
export { hvp } from './autodiff/hvp.js'
export { type Blocks, hessian, type Jacobian, jacobian } from './autodiff/jacobian.js'
export { jvp } from './autodiff/jvp.js'
export { binaryCrossEntropy, type Focal, focal, huber, logCosh } from './autodiff/loss.js'
export { remat } from './autodiff/remat.js'
export { stopGradient } from './autodiff/stopgradient.js'
export { vjp } from './autodiff/vjp.js'
export * from './catalogue.js'
export {
  decodeOptimizer,
  decodeSchedule,
  encodeOptimizer,
  encodeSchedule,
  type Json,
  optimizerSchema,
} from './config/index.js'
export { Expr, maxOver, select, sumOver } from './expr/expr.js'
export { type ContextLost, type Failure, type NotFinite, show } from './failure.js'
export { stateBytes } from './optimizer/bytes.js'
export { hyperAt } from './optimizer/hyper.js'
export { latex } from './optimizer/latex.js'
export type { Optimizer, Point } from './optimizer/optimizer.js'
export { type Arrays, type Observed, type Simulated, type Source, simulate } from './optimizer/simulate.js'
export { perTensor, perTree, type Rule, type Slot } from './rule/formula.js'
export { debias, ema } from './rule/moment.js'
export { rule } from './rule/rule.js'
export * as schedule from './schedule/index.js'
export { finite, fraction, nonNegative, positive, type Range } from './schedule/range.js'
export type { Hyper, Schedule, Step } from './schedule/schedule.js'
export { advance, begin } from './train/advance.js'
export { type Batching, batches } from './train/batches.js'
export type { Carry } from './train/carry.js'
export { type Initializer, initializer } from './train/initializer.js'
export { type Stop, Stopped } from './train/stopped.js'
export { fit, type Moment, type Progress, type Training, train } from './train/train.js'
export type { Tensors, Tree, TreeOf } from './tree.js'
export * as tree from './tree.js'
