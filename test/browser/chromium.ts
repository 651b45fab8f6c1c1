import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The Chromium that tests run in: the one that CHROMIUM names, or the system's. */
export const chromium = (): string => {
  const { CHROMIUM, PATH = '' } = process.env
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const found = (CHROMIUM ? [CHROMIUM] : places).find(isProgram)
  if (found) return found
  const where = CHROMIUM ? `at CHROMIUM=${CHROMIUM}` : 'in PATH'
  throw new Error(`test: there is no Chromium ${where}: apt-get install chromium, or set CHROMIUM to the program`)
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
