import { mistake } from '../failure.js'

/** Registers the gradients that TensorFlow.js has; a page without a bundler finds them by its import map. */
export const tfjsGradients = (who: string): Promise<unknown> =>
  import('#gradients').catch(({ message }: Error) => {
    throw mistake(who, `no #gradients (${message})`, 'an import map as in docs/browsers.md')
  })
