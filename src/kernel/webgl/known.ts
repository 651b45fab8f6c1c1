import { type Expr, scheduled } from '../../expr/expr.js'
import { building, fold } from '../../expr/fold.js'
import { program } from '../../expr/program.js'
import type { Stages } from '../../expr/stages.js'
import type { Rule } from '../../rule/rule.js'

/**
 * Who knows a number that is equal for all elements: the host or the GPU. The host computes in float64 and decides choices, but
 * what it does not know it would have to read, which waits for all that the GPU has yet to do. So the GPU keeps what comes
 * of a reduction of elements, and slots that do; the host keeps the rest, counters for instance, and nothing is read.
 *
 * One case is left: the clock of a schedule is read where it depends on what the GPU knows, as a schedule is JavaScript.
 */
export const onGpu = (
  { step, slots }: Pick<Rule, 'step' | 'slots'>,
  { passes, outputs }: Stages,
): ReadonlySet<string> => {
  const clocks = clocksOf([...Object.values(outputs), ...passes.flat().map(({ arg }) => arg)])
  const found = new Set<string>()
  const isThere = (formula: Expr): boolean =>
    read(formula).some(({ name, varies }) => varies === 'element' || found.has(name))
  const uniform = Object.entries(slots).flatMap(([name, { per }]) => (per === 'element' ? [] : [name]))
  const formulas: (readonly [string, Expr | undefined])[] = [
    ...passes.flat().map(({ name, arg }) => [name, arg] as const),
    // A slot that is only read comes from steps of which nothing is known here.
    ...uniform.map((name) => [name, name in step ? outputs[name] : undefined] as const),
  ]
  for (let before = -1; before < found.size; ) {
    before = found.size
    for (const [name, formula] of formulas)
      if (!clocks.has(name) && (formula === undefined || isThere(formula))) found.add(name)
  }
  return found
}

const read = (formula: Expr) => program({ formula }).code.flatMap((i) => (i.kind === 'variable' ? [i] : []))

/** The variables that stand in the clocks of schedules. */
const clocksOf = (formulas: readonly Expr[]): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = fold<Expr>({
    ...building,
    scheduled: (name, valueAt, clock) => {
      for (const variable of read(clock)) names.add(variable.name)
      return scheduled(name, valueAt, clock)
    },
  })
  for (const formula of formulas) visit(formula)
  return names
}
