import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'

/** scrypt (RFC 7914): N = 2^17, r = 8, p = 1, which takes 128 MiB of memory and some tenths of a second per guess. */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const
/** Highest N of a file that is opened: more would let a file take the memory of the machine. */
const N_MAX = 2 ** 20
const SALT_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const FORMAT = 'gristmill-key-1'

const base64 = z.base64().max(128 * 1024)
const sealedKeySchema = z.strictObject({
  format: z.literal(FORMAT),
  purpose: z.string().max(40),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    n: z
      .int()
      .min(2 ** 14)
      .max(N_MAX)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.literal(8),
    p: z.literal(1),
    salt: base64,
  }),
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), iv: base64, tag: base64 }),
  data: base64,
})
type SealedKey = z.output<typeof sealedKeySchema>

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)

/** Whether a key file is encrypted. */
export function isSealedKey(text: string): boolean {
  return text.startsWith('{')
}

/** A key encrypted with a passphrase: AES-256-GCM under scrypt, bound to what the key is for. One line of JSON. */
export async function sealKey(key: string, passphrase: string, purpose: string, n: number = COST.n): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const kdf: SealedKey['kdf'] = { name: 'scrypt', ...COST, n, salt: salt.toString('base64') }
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, kdf), iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(boundTo(purpose, kdf))
  const data = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]).toString('base64')
  const tag = cipher.getAuthTag().toString('base64')
  const sealed: SealedKey = {
    format: FORMAT,
    purpose,
    kdf,
    cipher: { name: 'aes-256-gcm', iv: iv.toString('base64'), tag },
    data,
  }
  return JSON.stringify(sealed)
}

/** The key, or undefined: wrong passphrase, another purpose, or a file that was changed. Which of them is not told. */
export async function openSealedKey(text: string, passphrase: string, purpose: string): Promise<string | undefined> {
  const parsed = sealedKeySchema.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { kdf, cipher, data } = parsed.data
  try {
    const iv = Buffer.from(cipher.iv, 'base64')
    const key = await keyOf(passphrase, kdf)
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(boundTo(purpose, kdf))
    decipher.setAuthTag(Buffer.from(cipher.tag, 'base64'))
    return Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

async function keyOf(passphrase: string, { n, r, p, salt }: SealedKey['kdf']): Promise<Buffer> {
  const maxmem = 128 * n * r * p + 2 ** 20
  return derive(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), KEY_BYTES, { N: n, r, p, maxmem })
}

function boundTo(purpose: string, { n, r, p, salt }: SealedKey['kdf']): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, purpose, n, r, p, salt]))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
