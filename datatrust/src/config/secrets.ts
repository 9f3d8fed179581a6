import type { Hex } from '@gristmill/protocol'
import type { Wallet } from 'ethers'
import { type OpenpgpKey, openOpenpgpKey } from '../keys/openpgp-key.js'
import { openRunnerSecret } from '../keys/runner-secret.js'
import { openSignerKey } from '../keys/signer-key.js'
import { type Config, defaultKeyFiles } from './config.js'

/** What nobody else may know. Lives in key files of mode 0600, never in variables, arguments or logs. */
export interface Secrets {
  readonly signer: Wallet
  readonly openpgp: OpenpgpKey
  readonly runnerSecret: Uint8Array
}

/** Reads the key files; those not there yet are made. */
export async function openSecrets({ keyFiles }: Pick<Config, 'keyFiles'>): Promise<Secrets> {
  const [signer, openpgp, runnerSecret] = await Promise.all([
    openSignerKey(keyFiles.signer),
    openOpenpgpKey(keyFiles.openpgp),
    openRunnerSecret(keyFiles.runnerSecret),
  ])
  return { signer, openpgp, runnerSecret }
}

/** What a datatrust is registered with on chain. */
export interface PublicIdentity {
  signer: Hex
  /** OpenPGP v6 fingerprint. */
  keyFingerprint: Hex
}

/** What `prepareIdentity` takes. */
export interface PrepareIdentityParams {
  dataDirectory: string
  keyFiles?: Partial<Config['keyFiles']>
}

/**
 * Makes a datatrust's keys, or reads those it has, before it has a number on chain: register these two there, then
 * start it.
 */
export async function prepareIdentity({ dataDirectory, keyFiles }: PrepareIdentityParams): Promise<PublicIdentity> {
  const secrets = await openSecrets({ keyFiles: { ...defaultKeyFiles(dataDirectory), ...keyFiles } })
  return { signer: secrets.signer.address as Hex, keyFingerprint: secrets.openpgp.recipient.fingerprint }
}
