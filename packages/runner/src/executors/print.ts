import type { Readable } from 'node:stream'

/** Takes what an algorithm says. Only for data that is nobody's secret: whatever it says is about the rows. */
export type Print = (text: string) => void

/** Bytes that one run may say; what follows is dropped. */
const PRINT_BYTES_MAX = 64 * 1024

/** Passes on what a child writes, as text, up to the bound. */
export function passOn(stream: Readable | null, print: Print | undefined): void {
  if (stream === null || print === undefined) return
  const decoder = new TextDecoder()
  let left = PRINT_BYTES_MAX
  stream.on('data', (chunk: Uint8Array) => {
    if (left <= 0) return
    const text = decoder.decode(chunk.subarray(0, left), { stream: true })
    left -= chunk.length
    print(left > 0 ? text : `${text}\n[more was said than is shown]\n`)
  })
}
