import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalHash, canonicalJson, NotCanonicalError } from './canonical-json.js'

interface Vectors {
  numbers: { ieee754: string; text: string }[]
  notFinite: string[]
  documents: { name: string; input: string; text: string }[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../fixtures/rfc8785.json', import.meta.url), 'utf8'))
const double = (bits: string) => Buffer.from(bits, 'hex').readDoubleBE(0)

describe('canonicalJson', () => {
  it.each(vectors.numbers)('writes the double $ieee754 as $text (RFC 8785, appendix B)', ({ ieee754, text }) => {
    expect(canonicalJson(double(ieee754))).toBe(text)
  })

  it.each(vectors.notFinite)('refuses the double %s (RFC 8785, appendix B)', (bits) => {
    expect(() => canonicalJson(double(bits))).toThrow(NotCanonicalError)
  })

  it.each(vectors.documents)('writes the sample of RFC 8785 $name', ({ input, text }) => {
    expect(canonicalJson(JSON.parse(input))).toBe(text)
  })

  it('is the same whatever the order of keys', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: null })).toBe(canonicalJson({ a: null, b: [1, { c: 2, d: 1 }] }))
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  it.each([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['an undefined entry', [undefined]],
    ['a hole', new Array(1)],
    ['a bigint', { a: 1n }],
    ['a function', { a: () => 1 }],
    ['a symbol', Symbol('a')],
    ['a symbol key', { [Symbol('a')]: 1 }],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a Date', new Date(0)],
    ['a Map', new Map([['a', 1]])],
    ['bytes', new Uint8Array(2)],
    ['an object that rewrites itself', { toJSON: () => 1 }],
    ['a cycle', cycle],
  ])('refuses %s', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonicalError)
  })

  it('names the place of what it refuses', () => {
    const refused = () => canonicalJson({ a: [{ b: Number.NaN }] })
    expect(refused).toThrow(
      expect.objectContaining({ code: 'NOT_CANONICAL', details: { path: '$.a[0].b', reason: expect.any(String) } }),
    )
  })
})

describe('canonicalHash', () => {
  it('is the sha256 of the UTF-8 text, as another implementation computes it', () => {
    const value = { '€': 'ö', n: 1.5 }
    const expected = createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')
    expect(canonicalHash(value)).toBe(`0x${expected}`)
  })
})
