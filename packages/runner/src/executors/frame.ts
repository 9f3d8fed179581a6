/** Largest JSON head of a frame. */
const HEAD_BYTES_MAX = 4096

/** A message between runner and child: a JSON head that says how long each part is, then the parts. */
export interface Frame<Head> {
  head: Head
  parts: Uint8Array[]
}

/** Bytes of a frame. */
export function writeFrame(head: object, parts: readonly Uint8Array[]): Uint8Array[] {
  const json = Buffer.from(JSON.stringify({ ...head, parts: parts.map((part) => part.length) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return [length, json, ...parts]
}

/** Collects the bytes of one frame, at most `bytesMax` in its parts. */
export interface FrameReader<Head> {
  /** Takes a chunk; returns the frame once it is complete. Throws RangeError for anything but one frame within bounds. */
  push(chunk: Uint8Array): Frame<Head> | undefined
}

/** Reader of one frame from a stream that may be hostile. */
export function createFrameReader<Head>(bytesMax: number): FrameReader<Head> {
  const chunks: Uint8Array[] = []
  let received = 0
  let expected: number | undefined
  let layout: { head: Head; sizes: number[]; offset: number } | undefined
  return {
    push(chunk) {
      chunks.push(chunk)
      received += chunk.length
      if (received > 4 + HEAD_BYTES_MAX + bytesMax) throw new RangeError('the frame is longer than it may be')
      if (layout === undefined && received >= 4) {
        const start = Buffer.concat(chunks)
        const headBytes = start.readUInt32LE(0)
        if (headBytes > HEAD_BYTES_MAX) throw new RangeError('the head of the frame is longer than it may be')
        if (received < 4 + headBytes) return undefined
        const { parts, ...head } = JSON.parse(start.toString('utf8', 4, 4 + headBytes)) as { parts: number[] }
        const total = parts.reduce((sum, size) => sum + size, 0)
        if (!parts.every((size) => Number.isSafeInteger(size) && size >= 0) || total > bytesMax) {
          throw new RangeError('the parts of the frame are larger than they may be')
        }
        layout = { head: head as Head, sizes: parts, offset: 4 + headBytes }
        expected = layout.offset + total
      }
      if (layout === undefined || expected === undefined || received < expected) return undefined
      if (received > expected) throw new RangeError('bytes follow the frame')
      let { offset } = layout
      const bytes = Buffer.concat(chunks)
      const parts = layout.sizes.map((size) => {
        offset += size
        return new Uint8Array(bytes.subarray(offset - size, offset))
      })
      return { head: layout.head, parts }
    },
  }
}
