import { hkdfSync } from 'node:crypto'
import { canonicalHash, type Hex, type OrderId, ProtocolError, type RunOpening } from '@gristmill/protocol'

/** The runner's secret is too short to keep splits and salts unknown. */
export class WeakSecretError extends ProtocolError {
  readonly code = 'WEAK_SECRET'

  constructor(sizeBytes: number) {
    super(`the runner's secret has ${sizeBytes} bytes; use 32 random ones and keep them`, { details: { sizeBytes } })
  }
}

/** What one run needs to be unpredictable to its sponsor and repeatable by its runner. */
export interface RunSecrets {
  /** Decides which rows are held back. */
  holdout: Uint8Array
  /** Given to the algorithm. */
  seed: Uint8Array
  /** Blinds the hash of the raw output. */
  salt: Uint8Array
  /** Decides which rows are in which block. */
  blocks: Uint8Array
  /** Key of the noise. */
  noise: Uint8Array
}

/** The secrets as they are written down for whoever is to repeat the run. */
export type WrittenSecrets = Pick<RunOpening, keyof RunSecrets>

/** Writes the secrets of a run down. */
export function writeRunSecrets(secrets: RunSecrets): WrittenSecrets {
  const { holdout, seed, salt, blocks, noise } = secrets
  return { holdout: hexOf(holdout), seed: hexOf(seed), salt: hexOf(salt), blocks: hexOf(blocks), noise: hexOf(noise) }
}

/** Reads secrets that `writeRunSecrets` has written. */
export function readRunSecrets({ holdout, seed, salt, blocks, noise }: WrittenSecrets): RunSecrets {
  return {
    holdout: bytesOf(holdout),
    seed: bytesOf(seed),
    salt: bytesOf(salt),
    blocks: bytesOf(blocks),
    noise: bytesOf(noise),
  }
}

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
const bytesOf = (hex: Hex): Uint8Array => new Uint8Array(Buffer.from(hex.slice(2), 'hex'))

/** What is run, so far as noise depends on it. */
export interface RunSubject {
  policyHash: Hex
  algorithm: Hex
  parametersHash: Hex
}

/**
 * Secrets of an order's run: HKDF-SHA256 of the runner's secret with the order as salt, one label each. That of the noise
 * names what is run, too: the same noise on two answers would cancel out in their difference.
 */
export function runSecrets(secret: Uint8Array, orderId: OrderId, subject: RunSubject): RunSecrets {
  if (secret.length < 32) throw new WeakSecretError(secret.length)
  const order = Buffer.from(orderId.slice(2), 'hex')
  const derive = (label: string) => new Uint8Array(hkdfSync('sha256', secret, order, `gristmill run v1 ${label}`, 32))
  return {
    holdout: derive('holdout'),
    seed: derive('seed'),
    salt: derive('salt'),
    blocks: derive('blocks'),
    noise: derive(`noise ${canonicalHash({ ...subject })}`),
  }
}
