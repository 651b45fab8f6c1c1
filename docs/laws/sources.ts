import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The file that something stands in, without imports, comments and spaces. */
export interface Sources {
  /** In src, the one that exports a name: `adam`, `schedule.cosine`, `keras.tf1.linearCosineDecay`. */
  exporting(name: string): string | undefined
  /** In laws, the one that makes a law of this name. */
  making(law: string): string | undefined
}

/** From the folder with src and laws in it. */
export const sourcesOf = (root: string): Sources => {
  const src = filesOf(root, 'src')
  const laws = filesOf(root, 'laws').map((file) => ({ ...file, names: namesIn(file.text, 'name: ?') }))
  const literals = laws.map((file) => ({ ...file, names: namesIn(file.text, '') }))
  const named = (files: typeof laws, law: string) => files.find(({ names }) => names.some((name) => name.test(law)))
  return {
    exporting: (name) => {
      const [last = '', ...folders] = name.split('.').reverse()
      const inside = folders.reverse()
      const found = src.find(({ path, text }) => belongs(path, inside) && exportOf(last).test(text))
      return found && withoutSpaces(found.text)
    },
    making: (law) => {
      const found = named(laws, law) ?? named(literals, law)
      return found && withoutSpaces(found.text)
    },
  }
}

const filesOf = (root: string, folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: relative(root, file), text: codeOf(readFileSync(file, 'utf8')) }))

const exportOf = (name: string): RegExp => new RegExp(`^export const ${name}\\b`, 'm')

/** src/schedule/cosine.ts belongs to `schedule`, src/presets/keras/tf1.ts to `keras.tf1`; to nothing what is in no such folder. */
const belongs = (path: string, inside: readonly string[]): boolean => {
  if (inside.length === 0) return !/^src\/(presets|schedule)\//.test(path)
  return path.startsWith(`src/${inside[0] === 'schedule' ? '' : 'presets/'}${inside.join('/')}`)
}

/** What strings after something may be: of a template, anything where its parts stand, if enough of it is fixed. */
const namesIn = (text: string, before: string): readonly RegExp[] =>
  [...text.matchAll(new RegExp(`${before}(['"\`])((?:(?!\\1)[^\\n])+)\\1`, 'g'))]
    .map(([, , name = '']) => name.split(/\$\{.*?\}/))
    .filter((parts) => parts.length === 1 || parts.join('').length > 8)
    .map((parts) => new RegExp(`^${parts.map(escaped).join('.+')}$`))

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const COMMENTS = /\/\*[\s\S]*?\*\/|(^|\s)\/\/ .*$/gm
const IMPORTS = /^(?:import|export) [^;=]*? from '.*'$/gm
const codeOf = (text: string): string => text.replace(COMMENTS, '').replace(IMPORTS, '')
const withoutSpaces = (text: string): string => text.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '')
