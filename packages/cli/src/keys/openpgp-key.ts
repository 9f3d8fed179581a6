import { existsSync } from 'node:fs'
import { type DecryptionKey, generateKey, publicKeyOf, readDecryptionKey } from '@gristmill/sdk'
import type { Actor } from './actor.js'
import { OpenpgpKeyLostError } from './key-errors.js'
import { createSecret, readSecret } from './secret-file.js'

export interface OpenpgpKey {
  privateKey: DecryptionKey
  /** Armored. */
  publicKey: string
}

/**
 * The OpenPGP key beside an actor's key, encrypted where that is. Made at first use, unless the actor has bought
 * before: then it was lost, and a new one could open nothing of that.
 */
export async function openOpenpgpKey(actor: Actor, hasBought: () => Promise<boolean>): Promise<OpenpgpKey> {
  if (!existsSync(actor.openpgpFile)) {
    if (await hasBought()) throw new OpenpgpKeyLostError(actor.openpgpFile, actor.name)
    await createOpenpgpKey(actor)
  }
  const passphrase = await actor.passphrase()
  const armored = await readSecret(actor.openpgpFile)
  const privateKey = await readDecryptionKey(armored, passphrase === undefined ? {} : { passphrase })
  return { privateKey, publicKey: publicKeyOf(privateKey) }
}

/** Makes a key; keeps one that is there. */
export async function createOpenpgpKey(actor: Actor): Promise<'created' | 'kept'> {
  const passphrase = await actor.passphrase()
  const { privateKey } = await generateKey({ name: actor.name, ...(passphrase === undefined ? {} : { passphrase }) })
  return createSecret(actor.openpgpFile, privateKey)
}
