import type { DatatrustId, MarketId } from '@gristmill/protocol'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import type { MarketConfig } from '../markets/market-config.js'
import type { PaymentMethod } from '../payment/to-payment.js'
import { bondPayment, type OpenPollResult, openedPoll } from './open-poll.js'

/** What `client.curation.proposeConfig` takes. */
export interface ProposeConfigParams {
  /** One whose admin is the Curation contract. */
  market: MarketId
  config: MarketConfig
  /** Of the market's challenge bond. */
  payment: PaymentMethod
}

/** Opens a poll on new rules for a market. */
export async function proposeConfig(connection: Connection, params: ProposeConfigParams): Promise<OpenPollResult> {
  const { curation } = connection.contracts
  const { market, config } = params
  const payment = await bondPayment(connection, market, params.payment)
  return openedPoll(connection, await send(connection, curation.proposeConfig, market, { ...config }, payment))
}

/** What `client.curation.proposeAdmission` takes. */
export interface ProposeAdmissionParams {
  /** One whose admin is the Curation contract. */
  market: MarketId
  datatrust: DatatrustId
  /** Put on the market's admission list, or taken off it. */
  isAdmitted: boolean
  /** Of the market's challenge bond. */
  payment: PaymentMethod
}

/** Opens a poll on who is on a market's admission list. */
export async function proposeAdmission(
  connection: Connection,
  params: ProposeAdmissionParams,
): Promise<OpenPollResult> {
  const { curation } = connection.contracts
  const { market, datatrust, isAdmitted } = params
  const payment = await bondPayment(connection, market, params.payment)
  const receipt = await send(connection, curation.proposeAdmission, market, datatrust, isAdmitted, payment)
  return openedPoll(connection, receipt)
}
