import {
  All,
  Any,
  ArgMax,
  ArgMin,
  BitwiseAnd,
  Cast,
  cast,
  Equal,
  FloorDiv,
  type GradConfig,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  LogicalXor,
  Multinomial,
  NonMaxSuppressionV3,
  NonMaxSuppressionV4,
  NotEqual,
  SearchSorted,
} from '@tensorflow/tfjs-core'
import { gradient, zero, zerosLike } from './gradient.js'

/**
 * What only changes in jumps: truth values, whole numbers, positions. Its derivative is zero wherever there is one.
 *
 * tfjs has none for most of these, so that `where(x.greater(0), …)` cannot be differentiated; that of `floorDiv` is the one of
 * `div`; and that of `cast` to whole numbers or truth values is 1, as if nothing had been cut off.
 */
export const jumps: readonly GradConfig[] = [
  ...[Equal, NotEqual, Greater, GreaterEqual, Less, LessEqual].map((name) => zero(name, 'a', 'b')),
  ...[LogicalAnd, LogicalOr, LogicalXor, BitwiseAnd, FloorDiv].map((name) => zero(name, 'a', 'b')),
  ...[LogicalNot, All, Any, ArgMax, ArgMin].map((name) => zero(name, 'x')),
  ...[NonMaxSuppressionV3, NonMaxSuppressionV4].map((name) => zero(name, 'boxes', 'scores')),
  zero(SearchSorted, 'sortedSequence', 'values'),
  zero(Multinomial, 'logits'),
  gradient<{ dtype: string }>(Cast, {}, (dy, _, { dtype }) => ({
    x: () => (dtype === 'int32' || dtype === 'bool' ? zerosLike(dy) : cast(dy, 'float32')),
  })),
]
