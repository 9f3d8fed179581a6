import type { Address, Hex } from '@gristmill/protocol'
import { SigningKey as EcdsaKey, Wallet } from 'ethers'
import { type KeyFile, KeyFileError, readOrMakeKeyFile } from './key-file.js'
import type { SigningKey } from './key-provider.js'

/** The key that signs quotes, attestations and receipts, and sends fulfilments; made at first use. */
export async function openSigningKey(file: KeyFile): Promise<SigningKey> {
  const text = await readOrMakeKeyFile(file, async () => Wallet.createRandom().privateKey)
  try {
    const key = new EcdsaKey(text)
    const { address } = new Wallet(key)
    return {
      address: address as Address,
      sign: async (digest) => {
        const { r, s } = key.sign(digest)
        return { r: r as Hex, s: s as Hex }
      },
    }
  } catch {
    // NOTE: no cause; the library's error may quote the key.
    throw new KeyFileError(file.path, 'does not hold a private key of 32 bytes as 0x-prefixed hexadecimal: restore it')
  }
}
