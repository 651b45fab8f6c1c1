import { readFileSync } from 'node:fs'

const DOC = String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/`

const sourceOf = (file: string): string => readFileSync(new URL(`../src/${file}.ts`, import.meta.url), 'utf8')

/** The comment before each export of a file in src, by name, as Markdown: words, and formulas indented as code. */
export const commentsOf = (file: string): Readonly<Record<string, string>> => {
  const comments = sourceOf(file).matchAll(new RegExp(`^${DOC}\nexport (?:const|interface) (\\w+)`, 'gm'))
  return Object.fromEntries([...comments].map(([, comment = '', name = '']) => [name, markdown(comment)]))
}

/** The first comment of a file, whatever it stands before. */
export const openingOf = (file: string): string => markdown(new RegExp(`^${DOC}`, 'm').exec(sourceOf(file))?.[1] ?? '')

const markdown = (comment: string): string =>
  comment
    .replace(/^ \* ?/gm, '')
    .replace(/^@throws /m, 'Throws ')
    .trim()
