import { readFile, readlink, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** Where the act `files` tries to write, as `gristmill-leak-TAG`. */
const FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/run', '/']

/** Somebody outside who listens on a port, and looks for files. */
export interface Outside extends AsyncDisposable {
  port: number
  /** What came in, or lies there under a tag, since it was asked last. */
  take(tag: number): Promise<string>
}

export async function openOutside(): Promise<Outside> {
  let heard = ''
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
      if (heard.includes(' HTTP/')) socket.end('HTTP/1.0 204 No Content\r\n\r\n')
    })
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async take(tag) {
      // The path of a request; its head holds other numbers.
      const told = /\/\?(\S*) HTTP/.exec(heard)?.[1] ?? ''
      heard = ''
      return [told, ...(await Promise.all(FOLDERS.map((folder) => takeFile(`${folder}/gristmill-leak-${tag}`))))].join(
        '',
      )
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What is in a file or, without one, in the name that a link has; both are removed. */
async function takeFile(path: string): Promise<string> {
  const [text, target] = [await readFile(path, 'utf8').catch(() => ''), await readlink(`${path}.link`).catch(() => '')]
  await Promise.all([path, `${path}.link`].map((name) => rm(name, { force: true })))
  return text === '' ? target : text
}
