import { built } from '../built.js'
import { mistake } from '../failure.js'
import { partitioned } from '../rule/partitioned.js'
import { fromRule, type Rule } from '../rule/rule.js'
import { still } from '../rule/still.js'
import { entries, pruned, rebuild } from '../tree.js'
import { type Where, whereOf } from '../where.js'
import { identity } from './identity.js'
import type { Optimizer, Point } from './optimizer.js'

/**
 * Each leaf to an optimizer of its own, by path: of the patterns that fit a leaf, the last one's.
 *
 *     partition({ '**': adamw({ lr: 3e-4 }), '**.bias': sgd({ lr: 1e-2 }) })
 *     partition({ matrix: muon({ lr: 0.02 }), other: adam() }, (path) => (path.endsWith('kernel') ? 'matrix' : 'other'))
 *
 * Every member sees its own leaves alone: its norms are over them, and it keeps slots for them and no others. Its state is a
 * tuple, in the order of the members. Of rules the partition is one rule, and each leaf is gone through once.
 *
 * @throws where a leaf belongs to none, with its path.
 */
export const partition = built(
  'partition',
  ['optimizers!', 'function'],
  (
    members: Readonly<Record<string, Optimizer>>,
    label: (path: string) => string = labelled(Object.keys(members)),
  ): Optimizer<readonly unknown[]> => {
    const labels = Object.keys(members)
    if (labels.length === 0) throw mistake('partition', 'there are no members', 'one or more')
    const checked = (path: string): string => {
      const own = label(path)
      if (Object.hasOwn(members, own)) return own
      throw mistake('partition', `leaf "${path}" is labelled "${own}"`, `one of ${labels.join(', ')}`)
    }
    return among(
      'partition',
      labels.map((own) => ({ optimizer: members[own] as Optimizer, has: (path) => checked(path) === own })),
    )
  },
)

const labelled = (patterns: readonly string[]): ((path: string) => string) => {
  const tests = patterns.map((pattern) => ({ pattern, fits: whereOf('partition', pattern) }))
  return (path) => tests.findLast(({ fits }) => fits(path))?.pattern ?? ''
}

/** An optimizer on some leaves; the others' gradients are passed on as they are. */
export const masked = built(
  'masked',
  ['where!', 'optimizer!'],
  (where: Where, optimizer: Optimizer): Optimizer<readonly unknown[]> => {
    const has = whereOf('masked', where)
    return among('masked', [
      { optimizer, has },
      { optimizer: identity, has: (path) => !has(path) },
    ])
  },
)

/** An optimizer that leaves some leaves as they are, and keeps no slots for them. */
export const freeze = built(
  'freeze',
  ['where!', 'optimizer!'],
  (where: Where, optimizer: Optimizer): Optimizer<readonly unknown[]> => {
    const frozen = whereOf('freeze', where)
    return among('freeze', [
      { optimizer, has: (path) => !frozen(path) },
      { optimizer: still, has: frozen },
    ])
  },
)

interface Share {
  readonly optimizer: Optimizer
  readonly has: (path: string) => boolean
}

/** Each on its leaves. */
const among = (name: string, shares: readonly Share[]): Optimizer<readonly unknown[]> => {
  for (const { optimizer } of shares)
    for (const asks of ['probe', 'readout'] as const)
      if (optimizer[asks]) throw mistake(name, `a member has a ${asks}`, 'members that are asked at θ')
  const rules = shares.flatMap(({ optimizer: { rule }, has }): { rule: Rule; has: Share['has'] }[] =>
    rule ? [{ rule, has }] : [],
  )
  if (rules.length === shares.length) return fromRule(partitioned(name, rules)) as Optimizer<readonly unknown[]>
  return sideBySide(shares)
}

/** Each on the tree of its leaves, one after the other. */
const sideBySide = (shares: readonly Share[]): Optimizer<readonly unknown[]> => {
  const own = (tree: unknown, { has }: Share): unknown =>
    pruned(
      tree,
      entries(tree).map(([path]) => has(path)),
    )
  return {
    init: (params) => shares.map((share) => share.optimizer.init(own(params, share) as never)),
    update: <P>(state: readonly unknown[], grad: P, t: number, at: Point<P>) => {
      const deltas = new Map<string, unknown>()
      const next = shares.map((share, i) => {
        const { params, hessian, loss } = at
        const here = { loss, params: own(params, share), ...(hessian && { hessian: own(hessian, share) }) }
        const [after, delta] = share.optimizer.update(state[i], own(grad, share), t, here as Point<unknown>)
        for (const [path, leaf] of entries(delta)) deltas.set(path, leaf)
        return after
      })
      return [
        next,
        rebuild(
          grad,
          entries(grad).map(([path]) => deltas.get(path)),
        ) as P,
      ] as const
    },
  }
}
