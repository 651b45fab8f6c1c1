import type { Browser } from 'playwright'

/** What a page wrote to its console until it wrote `until`; what it threw begins with "threw: ". */
export const visit = async (browser: Browser, url: string, until: RegExp): Promise<readonly string[]> => {
  const page = await browser.newPage()
  const lines: string[] = []
  try {
    await new Promise<void>((done, fail) => {
      const late = () => fail(new Error(`${url} did not write ${until} in a minute, but:\n${lines.join('\n')}`))
      const timer = setTimeout(late, 60_000)
      const write = (line: string, isLast: boolean): void => {
        lines.push(line)
        if (!isLast) return
        clearTimeout(timer)
        done()
      }
      page.on('console', (message) => write(message.text(), until.test(message.text())))
      page.on('pageerror', ({ message }) => write(`threw: ${message}`, true))
      page.goto(url).catch(fail)
    })
    return lines
  } finally {
    await page.close()
  }
}
