import type { Command } from 'commander'
import { HDNodeWallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import type { Io } from '../io.js'
import { readImportedKey } from './read-imported-key.js'

const KEY = `0x${'12'.repeat(32)}`
const PHRASE = `${'test '.repeat(11)}junk`
const read = (text: string) => readImportedKey({} as Io, {} as Command, text, {})

describe('a key to import', () => {
  it.each([
    [`${KEY}\n`, KEY],
    [KEY.slice(2), KEY],
    [`  ${PHRASE.replaceAll(' ', '  ')}\n`, HDNodeWallet.fromPhrase(PHRASE).privateKey],
  ])('may be a private key with or without 0x, or a phrase (%#)', async (text, expected) => {
    expect(await read(text)).toBe(expected)
  })

  it('is refused where a word of the phrase is wrong', async () => {
    await expect(read(PHRASE.replace('junk', 'test'))).rejects.toMatchObject({ code: 'KEY_FILE' })
  })
})
