import { hkdfSync, randomBytes } from 'node:crypto'
import { CELL_KEY_BYTES } from '@gristmill/envelope'
import type { Hex } from '@gristmill/protocol'
import type { Secrets } from '../config/secrets.js'

const INFO = 'Gristmill delivery key'
const BLINDS_INFO = 'Gristmill model blinds'

/** A name for one offer of a fair exchange, which nobody but us chooses: 32 random bytes. */
export function randomQuoteId(): Hex {
  return `0x${randomBytes(32).toString('hex')}`
}

/** The key of the delivery that a quote offers: HKDF-SHA-256 (RFC 5869) of the master secret, salted with the quote's id. */
export function deliveryKeyOf(secrets: Pick<Secrets, 'deliveryMaster'>, quoteId: Hex): Uint8Array {
  return derive(secrets, quoteId, INFO)
}

/**
 * The secret from which the blinds of a model's cells derive. It follows from the quote, as the key does: a run that is
 * repeated after a crash makes the same cells, and no key ever encrypts two versions of one.
 */
export function modelBlindsOf(secrets: Pick<Secrets, 'deliveryMaster'>, quoteId: Hex): Uint8Array {
  return derive(secrets, quoteId, BLINDS_INFO)
}

function derive({ deliveryMaster }: Pick<Secrets, 'deliveryMaster'>, quoteId: Hex, info: string): Uint8Array {
  const salt = Buffer.from(quoteId.slice(2), 'hex')
  return new Uint8Array(hkdfSync('sha256', deliveryMaster, salt, info, CELL_KEY_BYTES))
}
