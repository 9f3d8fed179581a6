import { describe, expect, it } from 'vitest'
import { createFrameReader, writeFrame } from './frame.js'

const bytesOf = (head: object, parts: Uint8Array[]) => Buffer.concat(writeFrame(head, parts))

describe('a frame', () => {
  it('arrives as it was sent, in chunks of any size', () => {
    const bytes = bytesOf({ kind: 'x' }, [Uint8Array.of(1, 2, 3), new Uint8Array(), Uint8Array.of(4)])
    for (const size of [1, 3, bytes.length]) {
      const reader = createFrameReader<{ kind: string }>(4)
      const frames = []
      for (let at = 0; at < bytes.length; at += size) frames.push(reader.push(bytes.subarray(at, at + size)))
      expect(frames.at(-1)).toEqual({
        head: { kind: 'x' },
        parts: [Uint8Array.of(1, 2, 3), new Uint8Array(), Uint8Array.of(4)],
      })
      expect(frames.slice(0, -1).every((frame) => frame === undefined)).toBe(true)
    }
  })

  it.each<[string, Uint8Array]>([
    ['parts beyond the bound', bytesOf({}, [new Uint8Array(5)])],
    ['bytes behind the frame', Buffer.concat([bytesOf({}, [new Uint8Array(4)]), Buffer.of(0)])],
    ['a head beyond its bound', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
    ['a head that is no JSON', Uint8Array.of(1, 0, 0, 0, 0x7b)],
    ['a negative size', Buffer.concat([Buffer.of(14, 0, 0, 0), Buffer.from('{"parts":[-1]}')])],
    ['a stream without end', new Uint8Array(10_000)],
  ])('is refused for %s', (_what, bytes) => {
    expect(() => createFrameReader(4).push(bytes)).toThrow()
  })
})
