import { adam, centralize } from 'gradus'
import { optimizer } from '../../laws/everyone/optimizer.ts'

/** The names of everyone's laws: of a formula, of what is none, of what is made again. */
export const EVERYONES: readonly string[] = [
  ...new Set([adam, centralize].flatMap((make) => optimizer(make).map(({ name }) => name))),
]
