import { readdir, readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Complaint } from './complaint.ts'
import { grouped } from './number.ts'

/** A text to learn: the file that was named, or the type declarations of fp-ts as npm installed them. */
export interface Text {
  readonly name: string
  readonly bytes: number
  readonly content: string
}

/** @throws Complaint where the file is missing, no file, empty, binary, or shorter than `least` bytes. */
export const read = async (file: string | undefined, least: number): Promise<Text> => {
  const name = file ?? 'fp-ts/lib/*.d.ts'
  const bytes = file === undefined ? await declarations() : await bytesOf(file)
  const what = `the text "${name}"`
  if (bytes.length === 0) throw new Complaint(`${what} is empty, expected at least ${grouped(least)} bytes of UTF-8`)
  const nul = bytes.indexOf(0)
  if (nul >= 0) throw new Complaint(`${what} has a NUL at byte ${grouped(nul)}, expected plain text in UTF-8`)
  const content = decoded(bytes)
  if (content === undefined)
    throw new Complaint(`${what} is not UTF-8 at byte ${grouped(invalidAt(bytes))}, expected plain text in UTF-8`)
  if (bytes.length < least)
    throw new Complaint(`${what} has ${grouped(bytes.length)} bytes, expected at least ${grouped(least)}`)
  return { name, bytes: bytes.length, content }
}

const declarations = async (): Promise<Uint8Array> => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('fp-ts/package.json')), 'lib')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.d.ts')).sort()
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))))
}

const bytesOf = async (file: string): Promise<Uint8Array> => {
  try {
    const found = await stat(file)
    if (found.isFile() || found.isFIFO()) return await readFile(file)
    throw new Complaint(`the text "${file}" is ${found.isDirectory() ? 'a folder' : 'a device'}, expected a file`)
  } catch (error) {
    if (error instanceof Complaint) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Complaint(`the text "${file}" does not exist, expected a file in UTF-8`)
    throw new Complaint(`the text "${file}" cannot be read, expected a file in UTF-8: ${message}`)
  }
}

const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** The first byte that is no UTF-8: the longest beginning that decodes, found by halving. */
const invalidAt = (bytes: Uint8Array): number => {
  const valid = (n: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, n), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let [good, bad] = [0, bytes.length + 1]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (valid(middle)) good = middle
    else bad = middle
  }
  return good
}
