import { describe, expect, it } from 'vitest'
import { BadBlobKeyError } from './blob-errors.js'
import { assertBlobKey, assertBlobPrefix, MAX_BLOB_KEY_CHARACTERS } from './blob-key.js'

describe('a blob key', () => {
  it.each(['a', '0', 'assets/00ff_a-b', 'a/b/c', 'a/-', 'x'.repeat(MAX_BLOB_KEY_CHARACTERS)])('may be %s', (key) => {
    expect(() => assertBlobKey(key)).not.toThrow()
    expect(() => assertBlobPrefix(key)).not.toThrow()
  })

  it.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/./b',
    'a.blob',
    'A',
    'a b',
    'a\0',
    'a\n',
    'a\\b',
    'a%2e%2e',
    'ä',
    'а', // Cyrillic
    '_a',
    '-rf',
    'x'.repeat(MAX_BLOB_KEY_CHARACTERS + 1),
  ])('may not be %j', (key) => {
    expect(() => assertBlobKey(key)).toThrow(BadBlobKeyError)
  })
})

describe('a prefix', () => {
  it('may be empty or end in a slash', () => {
    expect(() => assertBlobPrefix('')).not.toThrow()
    expect(() => assertBlobPrefix('a/b/')).not.toThrow()
  })

  it.each(['/', '..', 'a/../', 'a//'])('may not be %j', (prefix) => {
    expect(() => assertBlobPrefix(prefix)).toThrow(BadBlobKeyError)
  })
})
