import type { Row } from './turns.ts'

/** A row as the terminal shows it. */
export const print = ({ row, figures, note }: Row): void => {
  console.log(`\n${row}`)
  for (const { name, kernels, ms, ratio } of figures)
    console.log(
      `  ${name.padEnd(26)}${`${kernels} kernels`.padEnd(18)}${ms.toFixed(3).padStart(9)} ms${ratio.toFixed(2).padStart(9)} ×`,
    )
  if (note) console.log(`  ${note}`)
}
