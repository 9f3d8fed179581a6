import { describe, expect, it } from 'vitest'
import type { Io } from './io.js'
import { fields, note } from './output.js'

const noted = (text: string): string => {
  let written = ''
  note({ quiet: false, stderr: { write: (part: string) => (written += part) } } as Io, text)
  return written
}

describe('text that others wrote', () => {
  it('cannot command the terminal', () => {
    expect(noted('a\u001b]0;owned\u0007b\u009b31mc\rd\u202ee')).toBe(
      'a\u{fffd}]0;owned\u{fffd}b\u{fffd}31mc\u{fffd}d\u{fffd}e\n',
    )
  })

  it('keeps lines, tabs and every language', () => {
    expect(noted('größe\t質量\nzwei 🌾')).toBe('größe\t質量\nzwei 🌾\n')
  })
})

describe('fields', () => {
  it('stand in columns, and only where there is a value', () => {
    expect(fields({ a: 1, long: 'x', none: undefined, empty: '' })).toEqual(['a     1', 'long  x'])
  })

  it('of one name stand below each other', () => {
    expect(fields({ a: ['x', 'y'], none: [], bc: 'z' })).toEqual(['a   x', '    y', 'bc  z'])
  })
})
