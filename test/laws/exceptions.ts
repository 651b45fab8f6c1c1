const names = 'names of leaves do not matter'
const order = 'the order of leaves does not matter'

/** The laws of everyone's that some in the tables of `test/optimizers.ts` do not owe, by their names there. Every one of them fails. */
export const exceptions: Readonly<Record<string, readonly string[]>> = {
  // Decay is for leaves that are no biases, by their paths.
  adamaxw: [names],
  adamw: [names],
  adan: [names],
  ademamix: [names],
  cautiousAdamw: [names],
  cautiousLion: [names],
  'clipped adamw': [names],
  lamb: [names],
  lion: [names],
  nadamw: [names],
  simplifiedAdemamix: [names],
  // Rates and parts are chosen by path.
  everyWord: [names],
  partition: [names],
  scaleByPath: [names],
  // Each leaf's seed comes of its place.
  addNoise: [order],
}
