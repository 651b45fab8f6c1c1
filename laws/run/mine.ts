import { brief, mistake } from '../../src/failure.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type Drawn, histories, vectors } from '../drawn/gradients.js'
import type { Layout } from './machine.js'

/** What everyone's laws are asked of: an optimizer, or a function that makes one, which can then be asked for another. */
export type Mine = Optimizer | (() => Optimizer)

/** @throws where it is none. */
export const made = (mine: Mine): Optimizer => {
  const it = typeof mine === 'function' ? mine() : mine
  if (typeof it?.init === 'function' && typeof it.update === 'function') return it
  throw mistake(
    'laws',
    `what was given is ${brief(it)}`,
    'an optimizer, { init, update }, or a function that makes one',
  )
}

/** A matrix and a vector: some treat them differently. */
export const LAYOUT: Layout = { w: [3, 2], b: [2] }
export const n = 8

/** Fewer steps where they are made by tensor operations. */
export const gradientsFor = ({ rule }: Optimizer, drawn: Drawn = {}) => histories({ n, max: rule ? 5 : 3, ...drawn })

export const theta = vectors({ n })

/** Without its formula: it runs, and nobody can look into it. */
export const hidden = (optimizer: Optimizer): Optimizer => ({
  init: (params) => optimizer.init(params),
  update: (state, grad, t, at) => optimizer.update(state, grad, t, at),
})
