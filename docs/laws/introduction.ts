/** What a law is, and how to ask. */
export const INTRODUCTION = `A law is a named equation that an optimizer obeys or does not, and a way to try it: with gradients, parameters and options drawn at
random, among them zeros, changes of sign, spikes, constants, huge and tiny ones. What breaks a law is made as simple as can be, and
told. Nothing here needs a test runner, and any will do.

\`\`\`ts
import { adam, ema, type Hyper, rule } from 'gradus'
import { laws } from 'gradus/laws'
import { useWasm } from 'gradus/wasm'

await useWasm() // some laws are of steps over tensors
const mine = ({ lr, b1 = 0.9 }: { lr: Hyper; b1?: Hyper }) =>
  rule({
    name: 'mine',
    hyper: { lr, b1 },
    slots: { m: 0 },
    step: ({ g, m, lr, b1 }) => ({ m: ema(b1, m, g), delta: ema(b1, m, g).sign().mul(lr).neg() }),
  })

const own = mine({ lr: 0.1 })
for (const law of [...laws.optimizer(own), ...laws.odd(own), ...laws.boundedByLr(mine)])
  law.assert() // in a test runner: test(law.name, () => law.assert())

try {
  for (const law of laws.homogeneous(adam({ lr: 0.1 }))) law.assert({ seed: 1 })
} catch (refuted) {
  console.log((refuted as Error).message) // the law, the simplest gradients that break it, what came, what was expected
}
\`\`\`

Each function gives a list of laws. \`mine\` is an optimizer, a formula or not; where it says \`({ lr }) => mine\`, a function that makes
one of these options. \`assert\` takes fast-check’s parameters, \`{ numRuns, seed, path }\`; without them it tries 100 times. Formulas
are tried in float64, what is no formula over tensors of the current back end. In equations Δ(gs, θ) are the steps along the gradients
gs from θ, one after the other, and ⧺ puts one vector behind the other. Who has a file and no tests: \`npx gradus check ./mine.mjs\`.

\`npm test\` holds everything in the catalogue to what it claims, 100 times, and \`npm run laws\` more often: it keeps a
[record](#the-record). That each law can fail is shown by [mutants](#mutants), which have one mistake each. This page is made by
\`npm run docs\`.`
