import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'

/** One PUT of a file, or one GET whose body is counted and let go; prints what it took. */
export interface Transfer {
  url: string
  headers: Record<string, string>
  /** Sent if it is there. */
  file?: string
}

export interface Transferred {
  bytes: number
  ms: number
}

const CHUNK_BYTES = 1_048_576
const { url, headers, file } = JSON.parse(process.argv[2] ?? '') as Transfer
const startedAt = performance.now()
const call = request(url, {
  method: file === undefined ? 'GET' : 'PUT',
  headers: { ...headers, ...(file === undefined ? {} : { 'content-length': statSync(file).size }) },
})
const answered = new Promise<IncomingMessage>((resolve, reject) => {
  call.once('response', resolve)
  call.once('error', reject)
})
if (file === undefined) call.end()
else await send(file, call)
const response = await answered
let bytes = 0
const chunks: Buffer[] = []
response.on('data', (chunk: Buffer) => {
  bytes += chunk.length
  if (response.statusCode !== 200) chunks.push(chunk)
})
await new Promise((resolve, reject) => {
  response.once('end', resolve)
  response.once('error', reject)
})
const ms = performance.now() - startedAt
if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${Buffer.concat(chunks)}`)
console.log(JSON.stringify({ bytes: file === undefined ? bytes : statSync(file).size, ms }))

/** From one buffer: a stream takes a new one for each part, which costs this process more than all the rest. */
async function send(path: string, call: ClientRequest): Promise<void> {
  await using source = await open(path)
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES)
    if (bytesRead === 0) break
    await new Promise<void>((resolve, reject) => {
      call.write(buffer.subarray(0, bytesRead), (error) => (error ? reject(error) : resolve()))
    })
  }
  call.end()
}
