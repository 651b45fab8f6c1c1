/**
 * Which test files browsers run: every one of `test/`, but for what stands here, by its pattern and with its reason.
 * `scope.test.ts` looks at what Vitest makes of it.
 */
type Reasons = Readonly<Record<string, string>>

/** In no browser. */
export const nodeOnly: Reasons = {
  'test/bench/**': 'opens a page of its own',
  'test/docs/**': 'makes pages from sources, and runs examples',
  'test/config/**': 'JSON in and out: a page of the docs, and no arithmetic',
  'test/laws/{check,main,suite}.test.ts': 'runs programs',
  'test/laws/plan.test.ts': 'is about one of those programs',
  'test/laws/names.test.ts': 'a list of names',
  'test/laws/claim.test.ts': 'takes its samples from sources',
  'test/{package,size}.test.ts': 'packs the package, and runs or bundles it',
  'test/pages/**': 'opens pages of its own',
  'test/webgl.test.ts': 'a machine without WebGL',
  'test/rooms.test.ts': 'reads the sources',
  'test/scope.test.ts': 'asks Vitest for its files',
  'test/wasm.test.ts': 'a process in which gradus is not yet there, and its listeners',
  'test/autodiff/installed.test.ts': 'a process in which gradus is not yet there',
  'test/{golden/cpu,kernel/tensor}.test.ts': 'tfjs’s plain JavaScript, which is the same everywhere',
}

/** In one browser: there is no tensor in it, so a back end says nothing; the engine's `Math` does. */
export const withoutTensors: Reasons = {
  'test/{failure,optimizers,plot}.test.ts': 'text',
  'test/descent.test.ts': '`simulate`, and what is no formula in plain JavaScript',
  'test/expr/{choice,derivative,erf,expr,latex,number,program,stages}.test.ts': 'formulas',
  'test/golden/recordings.test.ts': '`simulate`',
  'test/kernel/loops.test.ts': 'bytes',
  'test/laws/{combinator,gradients,law,schedule}.test.ts': 'laws of what has no tensors',
  'test/optimizer/{chain,every,hyper,mechanize,simulate,skipnonfinite}.test.ts': '`simulate`',
  'test/presets/{keras,optax,plateau,recordings,torch,torchaverage,transforms}.test.ts': '`simulate`, and schedules',
  'test/rule/!(plateau|schedulefree|untilloss).test.ts': '`simulate`',
  'test/schedule/**': 'schedules',
}

/** Not on WebGL: what looks into tfjs's WASM memory, or is about kernels of tfjs's own. */
export const notOnWebgl: Reasons = {
  'test/browser/{shared,tabs}.test.ts': 'memory shared by threads, and turns between steps',
  'test/autodiff/kernels/**': 'kernels for WASM',
  'test/autodiff/registry.test.ts': 'tfjs’s own kernels; what is missing or wrong there stands in docs/derivatives.md',
  'test/autodiff/{elementwise,products,remat}.test.ts': 'sums of nothing, which tfjs’s WebGL back end refuses',
  'test/expr/{simd,wasm}.test.ts': 'code for WASM',
  'test/kernel/{borrowed,flush,stale,tail}.test.ts': 'what lies beside a tensor in memory, and copies of it',
  'test/laws/{adaptive,descent,gradient,mutants}.test.ts':
    'what breaks a law, which is the same everywhere; those that hold are tried',
  'test/kernel/range.test.ts': 'numbers whose squares float32 has not; reductions are in float64 on WASM',
  'test/presets/optimizers.test.ts': 'rules of the words that all rules are made of',
  'test/presets/tfjs.test.ts': '`tf.train` has another ε there',
  'test/train/heap.test.ts': 'what an update takes of the memory',
}

/** On WebGL alone. */
export const webglOnly: Reasons = {
  'test/browser/webgl/**': 'textures, shaders, draws',
}
