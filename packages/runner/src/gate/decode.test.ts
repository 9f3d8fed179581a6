import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DecodedTooLargeError, decodings } from './decode.js'

const secret = Buffer.from('row 17,female,42,diabetes,yes')
const all = { decoders: ['b64', 'hex', 'gzip'] as const, least: 12, bytesMax: 1_000_000 }
const finds = (text: Uint8Array, params = all) =>
  decodings(text, params).some((decoded) => Buffer.from(decoded).includes(secret))
const amid = (text: string | Uint8Array) => Buffer.concat([Buffer.of(1, 2, 0xff), Buffer.from(text), Buffer.of(0, 250)])

describe('decodings', () => {
  it.each<[string, Uint8Array]>([
    ['base64', amid(secret.toString('base64'))],
    ['base64 for URLs', amid(secret.toString('base64url'))],
    ['base64 that begins amid letters', amid(`xyz${secret.toString('base64')}`)],
    ['hexadecimal', amid(secret.toString('hex').toUpperCase())],
    ['hexadecimal that begins amid digits', amid(`7${secret.toString('hex')}`)],
    ['gzip', amid(gzipSync(secret))],
    ['gzip that was cut off', amid(gzipSync(secret).subarray(0, -9))],
    ['gzip with a wrong checksum', amid(Buffer.concat([gzipSync(secret).subarray(0, -8), new Uint8Array(8)]))],
    ['base64 of gzip', amid(gzipSync(secret).toString('base64'))],
    ['hexadecimal of base64 of gzip', amid(Buffer.from(gzipSync(secret).toString('base64')).toString('hex'))],
  ])('finds what is %s', (_what, text) => {
    expect(finds(text)).toBe(true)
  })

  it('takes off only what it is asked to', () => {
    expect(finds(amid(secret.toString('base64')), { ...all, decoders: ['hex', 'gzip'] as never })).toBe(false)
  })

  it('stops at a bomb', () => {
    const bomb = gzipSync(new Uint8Array(50_000_000))
    const started = performance.now()
    expect(() => decodings(bomb, all)).toThrow(DecodedTooLargeError)
    expect(performance.now() - started).toBeLessThan(2000)
    const letters = Buffer.alloc(2_000_000, 'A')
    expect(() => decodings(letters, all)).toThrow(DecodedTooLargeError)
  })

  it('takes bytes that are nothing for nothing', () => {
    expect(decodings(Buffer.from('1f8b0800ffff', 'hex'), all)).toEqual([])
    expect(decodings(new Uint8Array(), all)).toEqual([])
  })
})
