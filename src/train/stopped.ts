import { type ContextLost, type NotFinite, show } from '../failure.js'

/** What ends a training early. */
export type Stop<C> = NotFinite<C> | ContextLost<C>

/** What `train` throws: `failure` says it as data, with the last good carry. */
export class Stopped<C> extends Error {
  readonly failure: Stop<C>

  constructor(failure: Stop<C>) {
    super(show(failure))
    this.name = 'Stopped'
    this.failure = failure
  }
}
