import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Complaint } from './complaint.ts'

/** Writes the report into a folder, which is made where it is missing: whole or not at all. */
export interface Folder {
  readonly report: string
  save(html: string): Promise<void>
}

/** @throws Complaint where the folder cannot be made, or a report cannot stand in it. */
export const folderAt = async (path: string): Promise<Folder> => {
  const report = join(path, 'report.html')
  try {
    await make(path)
  } catch (error) {
    throw new Complaint(`--out is "${path}", expected a folder to write in: ${reason(error)}`)
  }
  const found = await stat(report).catch(() => undefined)
  if (found && !found.isFile()) throw new Complaint(`the report "${report}" is no file, expected one or nothing there`)
  const save = async (html: string) => {
    const part = `${report}.part`
    try {
      await writeFile(part, html)
      await rename(part, report)
    } catch (error) {
      await rm(part, { force: true }).catch(() => {})
      throw new Complaint(`the report "${report}" cannot be written, expected a folder with room: ${reason(error)}`)
    }
  }
  return { report, save }
}

/** Not `mkdir`'s `recursive`: in /proc it never returns (Node 20). */
const make = async (path: string): Promise<void> => {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return
  if (!found) await make(dirname(resolve(path)))
  await mkdir(path)
}

/** `ENOSPC: no space left on device`: what the system says, without the path that we have said. */
const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, \w+( '.*)?$/s, '') : String(error)
