import { Wallet } from 'ethers'
import { KeyFileError, readOrMakeKeyFile } from './key-file.js'

/** The wallet that signs quotes, attestations and receipts, and sends fulfilments; made at first use. */
export async function openSignerKey(path: string): Promise<Wallet> {
  const key = await readOrMakeKeyFile(path, async () => Wallet.createRandom().privateKey)
  try {
    return new Wallet(key)
  } catch {
    // NOTE: no cause; the library's error may quote the key.
    throw new KeyFileError(path, 'does not hold a private key of 32 bytes as 0x-prefixed hexadecimal: restore it')
  }
}
