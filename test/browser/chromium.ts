import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium as playwright } from 'playwright'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The Chromium that tests run in: the one that CHROMIUM names; else Playwright's own, where it was installed; else the system's. */
export const chromium = ({ CHROMIUM, PATH = '' } = process.env, own = playwright.executablePath()): string => {
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const found = (CHROMIUM ? [CHROMIUM] : [own, ...places]).find(isProgram)
  if (found) return found
  const where = CHROMIUM ? `at CHROMIUM=${CHROMIUM}` : 'in PATH'
  throw new Error(`test: there is no Chromium ${where}: apt-get install chromium, or set CHROMIUM to the program`)
}

/** A line and no stack: who reads it is to install something. */
export const chromiumOrExit = (): string => {
  try {
    return chromium()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(1)
  }
}

/** Headless, WebGL2 in software, and no calls home. */
export const FLAGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
