import type { Measure } from './rows.ts'

/** What a page's address asks for: `?rules=adam,sgd&turns=5`. */
export interface Asked {
  readonly backend: string
  readonly backends: readonly string[]
  readonly measure: Measure
}

export const asked = (search: string): Asked => {
  const query = new URLSearchParams(search)
  const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise)
  const names = (name: string, otherwise: string) => (query.get(name) ?? otherwise).split(',')
  return {
    backend: query.get('backend') ?? '',
    backends: names('backends', 'wasm,threads,webgl'),
    measure: {
      rules: names('rules', 'adam,sgd,momentum,adagrad,rmsprop,adadelta,adamax'),
      side: number('side', 1000),
      tensors: number('tensors', 100),
      turns: number('turns', 15),
      budget: number('budget', 25),
    },
  }
}
