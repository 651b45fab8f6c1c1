import { type Browser, chromium, type Page } from 'playwright'
import { createServer, type InlineConfig, type ViteDevServer } from 'vite'
import { FLAGS, chromium as program } from './chromium.ts'

/** A page of ours, served by Vite and open in Chromium. */
export interface Opened {
  readonly page: Page
  /** What went wrong on the page so far. */
  readonly errors: readonly string[]
  close(): Promise<void>
}

export const served = async (config: InlineConfig): Promise<{ server: ViteDevServer; url: string }> => {
  const server = await createServer({ logLevel: 'error', ...config, server: { port: 0, ...config.server } })
  await server.listen()
  return { server, url: server.resolvedUrls?.local[0] as string }
}

export const opened = async (config: InlineConfig, path = ''): Promise<Opened> => {
  const { server, url } = await served(config)
  let browser: Browser | undefined
  const close = async () => {
    await browser?.close()
    await server.close()
  }
  try {
    browser = await chromium.launch({ executablePath: program(), args: [...FLAGS] })
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await page.goto(url + path)
    return { page, errors, close }
  } catch (error) {
    await close()
    throw error
  }
}
