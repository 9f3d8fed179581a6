import type { MarketId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import type { MarketConfig } from './market-config.js'

/** What `client.markets.setConfig` takes. */
export interface SetConfigParams {
  market: MarketId
  config: MarketConfig
}

/** What `client.markets.setConfig` gives. */
export interface SetConfigResult {
  version: number
  /** Unix seconds from which it binds. */
  effectiveAt: number
  receipt: ContractTransactionReceipt
}

/** Schedules a new config; the market's admin only. */
export async function setConfig(connection: Connection, params: SetConfigParams): Promise<SetConfigResult> {
  const { markets } = connection.contracts
  const receipt = await send(connection, markets.setConfig, params.market, { ...params.config })
  const event = eventOf(markets, markets.getEvent('ConfigScheduled'), receipt)
  return { version: Number(event.version), effectiveAt: Number(event.effectiveAt), receipt }
}
