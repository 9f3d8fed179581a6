import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What a proxy does with the answer to one path; what it leaves alone passes. */
export interface Passing {
  request: IncomingMessage
  body: Buffer
  /** Of the datatrust's answer. */
  status: number
  headers: Record<string, string>
  answer: Buffer
}

export type Meddle = (passing: Passing) => Partial<Pick<Passing, 'status' | 'headers' | 'answer'>> | undefined

/** A proxy before a real datatrust, which changes what passes: a datatrust that cheats. */
export async function startProxy(target: string) {
  let meddle: Meddle = () => undefined
  /** Takes a request instead of the datatrust; true if it did. */
  let take: (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<boolean> = async () => false
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request)
      if (await take(request, body, response)) return
      const { host: _, connection: __, ...rest } = request.headers as Record<string, string>
      const init = { method: request.method ?? 'GET', headers: rest, ...(body.length === 0 ? {} : { body }) }
      const answered = await fetch(target + request.url, init)
      const passing: Passing = {
        request,
        body,
        status: answered.status,
        headers: Object.fromEntries(answered.headers),
        answer: Buffer.from(await answered.arrayBuffer()),
      }
      const { status, headers, answer } = { ...passing, ...meddle(passing) }
      const { 'transfer-encoding': ___, ...sent } = headers
      response.writeHead(status, sent)
      response.end(request.method === 'HEAD' ? undefined : answer)
    })().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on; undefined: honest. */
    cheat: (next: Meddle = () => undefined) => {
      meddle = next
    },
    intercept: (next: typeof take = async () => false) => {
      take = next
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
