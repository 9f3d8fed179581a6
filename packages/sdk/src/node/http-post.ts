import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import type { GetUrlResponse } from 'ethers'
import { type Post, RPC_BYTES_MAX } from '../chain/post-rpc.js'
import { readBounded } from '../http/read-bounded.js'

const agent = new Agent({ keepAlive: true })
const secureAgent = new SecureAgent({ keepAlive: true })

/** By Node's own client: half the time of a processor and 20 MiB less memory than its `fetch`. */
export const httpPost: Post = ({ url, method, headers, body }, signal, isAgain) =>
  new Promise((resolve, reject) => {
    // NOTE: what is compressed would have to be bounded once more; an answer of a node is small.
    const { 'accept-encoding': _compressed, ...plain } = headers
    const options = { method, headers: plain, signal }
    const onAnswer = (answer: IncomingMessage) => void read(answer).then(resolve, reject)
    const request = url.startsWith('https:')
      ? requestHttps(url, { ...options, agent: !isAgain && secureAgent }, onAnswer)
      : requestHttp(url, { ...options, agent: !isAgain && agent }, onAnswer)
    request.once('error', reject)
    request.end(body ?? undefined)
  })

async function read(answer: IncomingMessage): Promise<GetUrlResponse> {
  const { statusCode = 0, statusMessage = '' } = answer
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const)
  const body = await readBounded(answer, RPC_BYTES_MAX, 'the node of the chain')
  return { statusCode, statusMessage, headers: Object.fromEntries(headers), body }
}
