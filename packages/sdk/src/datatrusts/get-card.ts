import { type DatatrustCard, datatrustCardSchema } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { CardMismatchError } from '../errors/mismatch-errors.js'
import { requestJson } from '../http/request.js'
import { getDatatrust } from './get-datatrust.js'

/** The datatrust's card, after checking chain, contracts and signer against the chain. */
export async function getCard(connection: Connection): Promise<DatatrustCard> {
  const card = await requestJson(connection, {
    method: 'GET',
    path: '/v1/datatrust',
    as: 'public',
    schema: datatrustCardSchema,
  })
  const { deployment, chainId } = connection
  requireSame('chainId', chainId, card.chainId)
  requireSame('orders', deployment.orders, card.orders)
  requireSame('listings', deployment.listings, card.listings)
  const { signer } = await getDatatrust(connection, { datatrust: card.datatrust })
  requireSame('signer', signer, card.signer)
  return card
}

function requireSame(field: keyof DatatrustCard, expected: bigint | string, actual: bigint | string): void {
  if (String(expected).toLowerCase() !== String(actual).toLowerCase()) {
    throw new CardMismatchError(field, expected, actual)
  }
}
