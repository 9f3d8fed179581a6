import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a node takes of eth_getLogs; undefined: everything. */
export interface Caps {
  blocks?: number
  results?: number
  /** How it says no. */
  refusal?: 'rpc-error' | 'http-error' | 'silence'
  /** Refuses everything. */
  closed?: boolean
}

export interface CappedNode extends AsyncDisposable {
  url: string
  /** Changed at will. */
  caps: Caps
  /** Ranges of blocks of eth_getLogs, answered and refused. */
  answered: number[]
  refused: number[]
}

interface Call {
  id: number
  method: string
  params: [{ fromBlock: string; toBlock: string }]
}

/** A real node behind a proxy that caps eth_getLogs the way public nodes do. */
export async function startCappedNode(nodeUrl: string, caps: Caps = {}): Promise<CappedNode> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const node: CappedNode = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caps,
    answered: [],
    refused: [],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const call = JSON.parse(body) as Call
    const answer = await forward(body)
    if (call.method !== 'eth_getLogs') {
      response.end(answer)
      return
    }
    const blocks = await span(call)
    const results = (JSON.parse(answer) as { result?: unknown[] }).result?.length ?? 0
    const { blocks: blocksMax = Infinity, results: resultsMax = Infinity, closed, refusal } = node.caps
    if (closed !== true && blocks <= blocksMax && results <= resultsMax) {
      node.answered.push(blocks)
      response.end(answer)
      return
    }
    node.refused.push(blocks)
    if (refusal === 'silence') return
    if (refusal === 'http-error') {
      response.writeHead(413).end('too much')
      return
    }
    const error = { code: -32005, message: 'query returned more than 10000 results' }
    response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, error }))
  }

  async function forward(body: string): Promise<string> {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(nodeUrl, { method: 'POST', headers, body })).text()
  }

  async function span({ params: [{ fromBlock, toBlock }] }: Call): Promise<number> {
    const head = JSON.parse(await forward('{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}')).result
    return Number(toBlock === 'latest' ? head : toBlock) - Number(fromBlock) + 1
  }
  return node
}
