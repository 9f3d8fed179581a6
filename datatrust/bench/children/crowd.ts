import { Agent, request } from 'node:http'

/** Many downloads at once of one resource, each with its own header; prints how they fared. */
export interface Crowd {
  url: string
  headers: Record<string, string>[]
}

export interface CrowdResult {
  bytes: number
  ms: number
  /** Downloads that did not end as they should. */
  failed: number
  /** Longest time in which one of them got nothing, its first byte included. */
  longestSilenceMs: number
}

let text = ''
for await (const chunk of process.stdin) text += chunk
const { url, headers } = JSON.parse(text) as Crowd
const agent = new Agent({ maxSockets: headers.length })
const result: CrowdResult = { bytes: 0, ms: 0, failed: 0, longestSilenceMs: 0 }
const startedAt = performance.now()

function download(header: Record<string, string>): Promise<void> {
  let heardAt = performance.now()
  const hear = () => {
    const now = performance.now()
    result.longestSilenceMs = Math.max(result.longestSilenceMs, now - heardAt)
    heardAt = now
  }
  return new Promise((resolve, reject) => {
    const call = request(url, { headers: header, agent }, (response) => {
      const expected = Number(response.headers['content-length'])
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        hear()
        bytes += chunk.length
      })
      response.once('error', reject)
      response.once('end', () => {
        hear()
        result.bytes += bytes
        if (response.statusCode === 200 && bytes === expected) resolve()
        else reject(new Error(`${response.statusCode}, ${bytes} of ${expected} bytes`))
      })
    })
    call.once('error', reject)
    call.end()
  })
}

const outcomes = await Promise.allSettled(headers.map(download))
result.failed = outcomes.filter(({ status }) => status === 'rejected').length
result.ms = performance.now() - startedAt
console.log(JSON.stringify(result))
