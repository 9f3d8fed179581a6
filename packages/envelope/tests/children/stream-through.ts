import { generateKey as generateOpenpgpKey } from 'openpgp'
import { generateKey, messageOf, openMessage, readDecryptionKey, readRecipient, sealMessage } from '../../dist/index.js'

// Streams a long message through sealing and opening at once, and prints by how much the peak of memory grew with each byte of its length.
const MIB = 1024 * 1024
const [, , format, sizeMib] = process.argv
const keys =
  format === 'seipd-v2'
    ? await generateKey({ name: 'Memory' })
    : await generateOpenpgpKey({ userIDs: { name: 'Memory' }, config: { v6Keys: false } })
const recipient = await readRecipient(keys.publicKey)
const key = await readDecryptionKey(keys.privateKey)

async function passThrough(bytes: number): Promise<number> {
  async function* source() {
    for (let sent = 0; sent < bytes; sent += 65_536) yield new Uint8Array(65_536).fill(sent / 65_536)
  }
  let received = 0
  const sealed = await sealMessage(source(), { recipient })
  for await (const chunk of openMessage(messageOf(sealed), key, { maxBytes: bytes })) received += chunk.length
  if (received !== bytes) throw new Error(`${received} of ${bytes} bytes came through`)
  return process.resourceUsage().maxRSS / 1024
}

const FIRST_MIB = 32
const before = await passThrough(FIRST_MIB * MIB)
const after = await passThrough(Number(sizeMib) * MIB)
const perByte = (after - before) / (Number(sizeMib) - FIRST_MIB)
console.log(JSON.stringify({ sealing: recipient.sealing, perByte }))
