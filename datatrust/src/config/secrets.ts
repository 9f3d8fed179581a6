import type { Hex } from '@gristmill/protocol'
import { FileKeyProvider, type KeyProtection, keyFileOf } from '../keys/file-key-provider.js'
import { HttpKeyProvider } from '../keys/http-key-provider.js'
import type { KeyProvider } from '../keys/key-provider.js'
import { Keyring } from '../keys/keyring.js'
import { readPassphrase } from '../keys/passphrase.js'
import { openSecretKey } from '../keys/secret-key.js'
import { Signer } from '../keys/signer.js'
import { type Config, defaultKeyFiles } from './config.js'

/** What nobody else may know. Lives in encrypted files or a key service, never in variables, arguments or logs. */
export interface Secrets {
  readonly signer: Signer
  readonly openpgp: Keyring
  /** Which rows are held back follows from it. */
  readonly runnerSecret: Uint8Array
  /** From which the key of every fair delivery derives. */
  readonly deliveryMaster: Uint8Array
}

/** Where keys are, and how they are protected. */
export type KeyPlaces = Pick<Config, 'keyFiles' | 'passphraseFile' | 'unencryptedKeys' | 'kms'>

/** Opens the keys; those not there yet are made. */
export async function openSecrets(places: KeyPlaces): Promise<Secrets> {
  const { keyFiles, kms } = places
  const protection = await protectionOf(places)
  const provider: KeyProvider =
    kms === undefined ? await FileKeyProvider.open(keyFiles, protection) : await HttpKeyProvider.open(kms)
  return {
    signer: new Signer(provider.signing),
    openpgp: await Keyring.open(provider),
    runnerSecret: await openSecretKey(keyFileOf(keyFiles, 'runnerSecret', protection)),
    deliveryMaster: await openSecretKey(keyFileOf(keyFiles, 'deliveryMaster', protection)),
  }
}

async function protectionOf({ passphraseFile, unencryptedKeys }: KeyPlaces): Promise<KeyProtection> {
  const passphrase = passphraseFile === undefined ? undefined : await readPassphrase(passphraseFile)
  return { passphrase, unencrypted: unencryptedKeys }
}

/** What a datatrust is registered with on chain. */
export interface PublicIdentity {
  signer: Hex
  /** OpenPGP v6 fingerprint, of the newest key. */
  keyFingerprint: Hex
}

/** What `prepareIdentity` takes. */
export interface PrepareIdentityParams extends Partial<Pick<Config, 'passphraseFile' | 'unencryptedKeys' | 'kms'>> {
  dataDirectory: string
  keyFiles?: Partial<Config['keyFiles']>
}

/**
 * Makes a datatrust's keys, or reads those it has, before it has a number on chain: register these two there, then
 * start it. New keys are encrypted with the passphrase in `passphraseFile`; without one it is a `PassphraseMissingError`, unless
 * `unencryptedKeys` says that they are for play.
 */
export async function prepareIdentity({
  dataDirectory,
  keyFiles,
  ...protection
}: PrepareIdentityParams): Promise<PublicIdentity> {
  const secrets = await openSecrets({ keyFiles: { ...defaultKeyFiles(dataDirectory), ...keyFiles }, ...protection })
  return { signer: secrets.signer.address as Hex, keyFingerprint: secrets.openpgp.recipient.fingerprint }
}
