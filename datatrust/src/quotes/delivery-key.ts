import { hkdfSync, randomBytes } from 'node:crypto'
import { CELL_KEY_BYTES } from '@gristmill/envelope'
import type { Hex } from '@gristmill/protocol'
import type { Secrets } from '../config/secrets.js'

const INFO = 'Gristmill delivery key'

/** A name for one offer of a fair exchange, which nobody but us chooses: 32 random bytes. */
export function randomQuoteId(): Hex {
  return `0x${randomBytes(32).toString('hex')}`
}

/** The key of the delivery that a quote offers: HKDF-SHA-256 (RFC 5869) of the master secret, salted with the quote's id. */
export function deliveryKeyOf({ deliveryMaster }: Pick<Secrets, 'deliveryMaster'>, quoteId: Hex): Uint8Array {
  const salt = Buffer.from(quoteId.slice(2), 'hex')
  return new Uint8Array(hkdfSync('sha256', deliveryMaster, salt, INFO, CELL_KEY_BYTES))
}
