import type { ListingId } from '@gristmill/protocol'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { getListingRecord } from '../listings/listing-record.js'
import type { PaymentMethod } from '../payment/to-payment.js'
import { bondPayment, type OpenPollResult, openedPoll } from './open-poll.js'

/** What `client.curation.challenge` takes. */
export interface ChallengeListingParams {
  listing: ListingId
  /** For those who vote, at most 512 bytes; public for ever. */
  evidence: string
  /** Of the market's challenge bond. */
  payment: PaymentMethod
}

/** Opens a poll on removing a listing. */
export async function challengeListing(
  connection: Connection,
  { listing, evidence, payment: method }: ChallengeListingParams,
): Promise<OpenPollResult> {
  const { curation } = connection.contracts
  const { market } = await getListingRecord(connection, { listing })
  const payment = await bondPayment(connection, market, method)
  return openedPoll(connection, await send(connection, curation.challenge, listing, evidence, payment))
}
