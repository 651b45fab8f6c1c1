import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

/** A folder as a server shows it. */
export interface Site {
  readonly url: string
  /** The paths that were asked for, in turn. */
  readonly asked: string[]
  close(): Promise<void>
}

export interface Serving {
  readonly headers?: Readonly<Record<string, string>>
  /** What is shown where there is nothing, as servers of one-page apps do; otherwise they say 404. */
  readonly instead?: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

const read = (folder: string, path: string | undefined): Buffer | undefined => {
  try {
    return path === undefined ? undefined : readFileSync(join(folder, path))
  } catch {
    return undefined
  }
}

export const serve = async (folder: string, { headers = {}, instead }: Serving = {}): Promise<Site> => {
  const asked: string[] = []
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    asked.push(pathname)
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    const own = read(folder, path)
    const content = own ?? read(folder, instead)
    const type = TYPES[extname(own ? path : (instead ?? ''))] ?? 'application/octet-stream'
    response.writeHead(content ? 200 : 404, { ...headers, 'Content-Type': type }).end(content)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((closed) => server.close(() => closed())),
  }
}
