import { families } from '../optimizers/catalogue.ts'
import { combinators, constructors, hearing } from '../schedules/catalogue.ts'

/** As GitHub makes it of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')

const optimizers = families().flatMap(({ files }) =>
  files.flatMap(({ entries }) => {
    const heading = entries.map(({ name }) => name).join(', ')
    return entries.map(({ name }) => [name, `optimizers.md#${anchor(heading)}`] as const)
  }),
)
const schedules = [...constructors, ...combinators, ...hearing].flatMap(({ title, entries }) =>
  entries.map(({ name }) => [`schedule.${name}`, `schedules.md#${anchor(title)}`] as const),
)
const pages = new Map([...optimizers, ...schedules])

/** The name of somebody in the catalogue, and where the other pages have it. */
export const linked = (name: string): string => {
  const page = pages.get(name)
  return page === undefined ? `\`${name}\`` : `[${name}](${page})`
}
