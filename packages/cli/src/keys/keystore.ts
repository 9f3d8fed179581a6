import { scrypt as nodeScrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { decryptKeystoreJson, encryptKeystoreJson, getAddress, scrypt, Wallet } from 'ethers'
import { KeyFileError, WrongPasswordError } from './key-errors.js'

/** Work of scrypt; as geth and ethers choose it. */
const SCRYPT_N = 131_072

registerScrypt()

/** A private key as Web3 Secret Storage, version 3. */
export async function sealKey(privateKey: string, password: string): Promise<string> {
  const { address } = new Wallet(privateKey)
  return `${await encryptKeystoreJson({ address, privateKey }, password, { scrypt: { N: SCRYPT_N } })}\n`
}

/** The key in a keystore; the file is named in errors and never quoted. */
export async function openKey(file: string, json: string, password: string): Promise<Wallet> {
  let key: { privateKey: string }
  try {
    key = await decryptKeystoreJson(json, password)
  } catch (error) {
    if (/password/i.test((error as Error).message)) throw new WrongPasswordError(file)
    throw new KeyFileError(file, 'is no keystore of Web3 Secret Storage, version 3: import the key again.')
  }
  return new Wallet(key.privateKey)
}

/** The checksummed address of a hexadecimal one. */
export function checksummed(address: string): string {
  return getAddress(address)
}

/** OpenSSL's scrypt takes a tenth of the time of one in JavaScript. */
function registerScrypt(): void {
  const options = (N: number, r: number, p: number) => ({ N, r, p, maxmem: 256 * N * r })
  const derive = promisify<Uint8Array, Uint8Array, number, object, Buffer>(nodeScrypt)
  scrypt.register(async (password, salt, N, r, p, dkLen) => {
    const key = await derive(password, salt, dkLen, options(N, r, p))
    return `0x${key.toString('hex')}`
  })
}
