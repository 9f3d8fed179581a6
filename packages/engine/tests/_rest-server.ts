import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: unknown
}

export interface RestServer extends AsyncDisposable {
  url: string
  asked: Asked[]
}

export const OFFERED = {
  paths: { '/slurm/v0.0.37/job/submit': {}, '/slurm/v0.0.38/job/submit': {}, '/slurm/v0.0.39/job/submit': {} },
}

/** An HTTP server that answers as it is told to: an object is sent as JSON, a function does what it wants. */
export async function startRestServer(
  answer: (asked: Asked) => object | ((response: ServerResponse) => void),
): Promise<RestServer> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const seen = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    asked.push(seen)
    const given = answer(seen)
    if (typeof given === 'function') given(response)
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(given))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
