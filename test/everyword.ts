import { ema, maxOver, perTensor, perTree, rule, schedule, select, sumOver } from 'gradus'

/**
 * An optimizer of no use but this one: its formula says every word of the language, has a slot of every kind, leaf constants
 * and scheduled hypers. Each word's part in Δθ is of order 1, and continuous wherever rounding could decide.
 */
export const everyWord = rule({
  name: 'everyWord',
  hyper: { lr: schedule.cosine({ from: 0.01, to: 0.001, over: 200 }), p: 1.5, b: (t) => 1 - 1 / (t + 1) },
  slots: { m: 0, v: 0.5, anchor: 'theta', size: perTensor(1), peak: perTree(0.25) },
  leaf: { rate: (path) => (path.includes('bias') ? 0.5 : 1), depth: (path) => path.split('.').length },
  step: ({ g, theta, t, loss, lr, p, b, rate, depth, ...slot }) => {
    const m = ema(b, slot.m, g)
    const v = slot.v.mul(0.99).max(g.square())
    const size = ema(b, slot.size, sumOver('tensor', g.square()).add(1).sqrt())
    const peak = slot.peak.mul(0.9).max(maxOver('tree', g.abs()))
    const normalized = g.div(v.sqrt().add(1e-3))
    const squashed = m.tanh().add(normalized.erf()).add(m.abs().neg().exp()).add(v.add(1).log())
    const powers = m.abs().add(0.1).pow(p).min(3)
    const nearest = select(theta.le(slot.anchor), slot.anchor.sub(theta), theta.sub(slot.anchor))
    // theta / g is finite but where g is 0, which both sides of a comparison know exactly.
    const ratio = theta.div(g)
    const guarded = select(ratio.isFinite(), ratio.tanh(), 0)
    const where = g.gt(0.25).add(g.ge(-0.5)).sub(g.lt(0.125)).mul(g.eq(0).sub(1)).add(g.sign())
    const tensorwide = maxOver('tensor', g.abs())
      .max(0)
      .div(peak.add(1e-3))
      .add(size.div(peak.add(size)))
    const treewide = sumOver('tree', g.abs()).div(sumOver('tree', g.abs()).add(1)).add(loss.div(t))
    const sum = squashed.add(powers).add(nearest).add(guarded).add(where).add(tensorwide).add(treewide)
    const anchor = ema(b, slot.anchor, theta)
    return { m, v, anchor, size, peak, delta: sum.mul(lr).mul(rate).div(depth).neg() }
  },
})
