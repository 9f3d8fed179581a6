import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readFlow } from './read-flow.js'

const MIB = 1_048_576

/** Writes as long as it may, then says how much that was. */
function fill(stream: PassThrough): number {
  let bytes = 0
  while (bytes < 64 * MIB && stream.write(Buffer.alloc(MIB / 16))) bytes += MIB / 16
  return bytes
}

describe('readFlow', () => {
  it('gives everything in order, whatever the pace of both sides', async () => {
    const stream = new PassThrough()
    const seen: number[] = []
    const reading = (async () => {
      for await (const chunk of readFlow(stream)) {
        seen.push(chunk[0]!)
        if (seen.length % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      }
    })()
    for (let i = 0; i < 100; i++) {
      if (!stream.write(Buffer.alloc(MIB / 16, i))) await new Promise((resolve) => stream.once('drain', resolve))
    }
    stream.end()
    await reading
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  it('takes a bounded part of what a busy reader has not asked for', async () => {
    const stream = new PassThrough()
    const chunks = readFlow(stream)
    const first = chunks.next()
    stream.write(Buffer.alloc(1))
    await first
    let bytes = 0
    for (let i = 0; i < 50; i++) {
      bytes += fill(stream)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(bytes).toBeLessThan(2 * MIB)
    await chunks.return()
  })

  it('leaves the stream open and still for who returns early', async () => {
    const stream = new PassThrough()
    stream.write('one')
    for await (const _ of readFlow(stream)) break
    stream.write('two')
    await new Promise((resolve) => setImmediate(resolve))
    expect([stream.destroyed, stream.isPaused(), stream.listenerCount('data')]).toEqual([false, true, 0])
    expect(String(stream.read())).toBe('two')
  })

  it('throws what the stream fails with, and that it was cut off, after what came before', async () => {
    const error = new Error('line is dead')
    for (const [cause, message] of [
      [error, 'line is dead'],
      [undefined, 'Premature close'],
    ] as const) {
      const stream = new PassThrough()
      const chunks = readFlow(stream)
      const first = chunks.next()
      stream.write('one')
      expect(String((await first).value)).toBe('one')
      stream.destroy(cause)
      await expect(chunks.next()).rejects.toThrow(message)
    }
  })
})
