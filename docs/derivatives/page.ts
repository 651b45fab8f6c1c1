import { GRADIENTS } from '../../src/autodiff/gradients.ts'
import { type Row, registry } from '../../test/autodiff/registry.ts'
import { table } from '../optimizers/table.ts'

/** docs/derivatives.md, by path in docs. */
export const files = (): Readonly<Record<string, string>> => ({ 'derivatives.md': page() })

const rows = Object.entries(registry)
const ours = new Set(GRADIENTS.map(({ kernelName }) => kernelName))

const whose = (name: string, { mended }: Row): string =>
  mended ? `mended: ${mended}` : ours.has(name) ? 'gradus’s; tfjs has none' : 'tfjs’s'

const derived = rows
  .filter(([, { calls }]) => calls.length > 0)
  .map(([name, row]) => [
    `\`${name}\``,
    row.zero ? '0' : 'yes',
    row.zero ? '0' : 'yes',
    whose(name, row),
    row.kink ?? '',
  ])
const missing = rows.flatMap(([name, row]) => (row.missing ? [[`\`${name}\``, row.missing]] : []))
const none = rows.flatMap(([name, row]) => (row.none ? [[`\`${name}\``, row.none]] : []))

const page = (): string => `# Derivatives

First and second derivatives of plain \`tf.*\` code, for every kernel that TensorFlow.js 4.22 registers on CPU and WASM. \`useWasm()\`
installs them, and so does the first gradient that gradus takes; \`tf.grad\`, \`tf.variableGrads\` and \`model.fit\` get them, too.

\`\`\`ts
import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'

await useWasm()
const f = (x: tf.Tensor) => x.exp().square().sum()
tf.grad(tf.grad(f))(tf.tensor1d([0, 1])).print() // 4 exp(2x): 4, 29.556
\`\`\`

**The order of the tape.** For a gradient that needs its kernel's output (exp, tanh, sigmoid, softmax, max, …) tfjs saves a copy of it,
and writes the copy on its tape before the kernel. A second derivative then takes the copy for a constant: \`tf.grad(tf.grad(tf.exp))\`
throws, and the second derivative of Σ exp(x)² above comes out as 2 exp(2x), without a word. gradus puts the tape in order when a
gradient is differentiated; first derivatives cost nothing more.

Each row is tried, by the same table that this page is made from: the first derivative against central differences and against the CPU
back end, the second against central differences of the first, and for symmetry, on CPU and on WASM, wherever the kernels that it
needs are there.

${table(['kernel', 'first', 'second', 'whose', 'where there is none or several; remarks'], derived)}

Some of tfjs's kernels for WASM have wrong values; [wasm.md](wasm.md) names those that are replaced. \`useWasm({ kernels: false })\` puts
tfjs's own back. On CPU, tfjs's \`tensorScatterUpdate\` writes into the tensor that it is given.

On WebGL (\`useWebgl()\`) the same gradients run on tfjs's kernels as they are. Of this table (tfjs 4.22, Chromium, a software renderer) all
first and second derivatives came out there as here, but for those of \`tf.dilation2d\`, whose gradient has no kernel; the second of
\`tf.maxPool3d\`, as tfjs cannot pad volumes there; and \`tf.image.cropAndResize\`, which takes the b-th image for the b-th box, whatever
\`boxInd\` says. Sine, cosine and tangent are right to 1e-4, of equal numbers in a pool the last has the gradient, each gradient of
\`tf.gatherND\` leaves buffers behind, and sums of nothing throw.

## Missing

${table(['kernel', 'why'], missing)}

\`tf.fused.conv2d\` and \`tf.fused.depthwiseConv2d\` with dilations have no gradient where the activation is linear: tfjs makes it in the
operation itself, and refuses. \`tf.conv2d\` and \`tf.depthwiseConv2d\` have one. \`tf.logSigmoid\` keeps its input for the way back without
saving it: within a \`tf.tidy\` of your own it fails.

## Nothing to differentiate

${table(['kernel', 'why'], none)}
`
