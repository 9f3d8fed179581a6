import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContentRangeError } from './content-errors.js'
import { PacketFraming } from './packet-framing.js'
import { readLength, readPacketHeader } from './packet-header.js'

const GIB = 2 ** 30
const sizes = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }),
  fc.constantFrom(4 * GIB - 1, 4 * GIB, 4 * GIB + 1, 5 * GIB - 1, 5 * GIB, 100 * GIB + 7),
  fc.integer({ min: 4 * GIB, max: 2 ** 42 }),
)

/** Where the parts of a packet lie, read off its headers as any reader of OpenPGP does. */
function partsOf(framing: PacketFraming) {
  const parts: { at: number; offset: number; bytes: number }[] = []
  let at = 0
  let offset = 0
  for (;;) {
    const bytes = framing.headerAt(at)
    const header = parts.length === 0 ? readPacketHeader(bytes) : readLength(bytes)
    expect(header?.headerBytes).toBe(bytes.length)
    offset += bytes.length
    parts.push({ at, offset, bytes: header!.bodyBytes })
    at += header!.bodyBytes
    offset += header!.bodyBytes
    if (!header!.partial) return { parts, bodyBytes: at, framedBytes: offset }
  }
}

describe('a packet of known length', () => {
  it('is framed as its headers say, in parts from 4 GiB on, and every byte is where it is computed to be', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (bodyBytes, where) => {
        const framing = new PacketFraming(18, bodyBytes)
        const { parts, ...ends } = partsOf(framing)
        expect(ends).toEqual({ bodyBytes, framedBytes: framing.framedBytes })
        expect(parts.length > 1).toBe(bodyBytes >= 4 * GIB)
        expect(framing.offsetOf(bodyBytes)).toBe(framing.framedBytes)
        const position = Math.floor(where * Math.max(0, bodyBytes - 1))
        const part = parts.findLast(({ at }) => at <= position)!
        expect(framing.offsetOf(position)).toBe(part.offset + position - part.at)
        expect(framing.nextHeader(position)).toBe(parts.find(({ at }) => at > position)?.at ?? bodyBytes)
      }),
    )
  })

  it('gives back its body from any piece of it, headers in the middle or cut through', () => {
    const framing = new PacketFraming(11, 6 * GIB)
    const border = framing.offsetOf(2 * GIB)
    for (let start = border - 4; start <= border + 2; start++) {
      for (let end = start; end <= border + 4; end++) {
        const piece = Uint8Array.from({ length: end - start }, (_, i) => start + i - border)
        const body = [...framing.unframe(start, piece)].flatMap((part) => [...part])
        // One byte of length lies right before the border.
        expect(body).toEqual([...piece].filter((byte) => byte !== 0xff))
      }
    }
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 42 + 1])('cannot have %d bytes', (bytes) => {
    expect(() => new PacketFraming(18, bytes)).toThrow(ContentRangeError)
  })
})
