import type { MarketId } from '@gristmill/protocol'
import { HOUR, SHARE_UNIT } from '@gristmill/protocol'
import { defaultMarketConfig } from '@gristmill/sdk'
import type { Stage } from './stage.js'
import { money, type Transcript } from './transcript.js'

const ONE = 1_000_000n
const SEED = 1_000n * ONE
const CURVE_SHARES = 1_000_000n * SHARE_UNIT

/** The maker opens a market. Its waits are short: nobody wants to watch a demo for three days. */
export async function createMarket({ clients, token }: Stage, transcript: Transcript): Promise<MarketId> {
  const config = {
    ...defaultMarketConfig(6),
    activationSeconds: 0,
    exitDelaySeconds: 0,
    disputeWindowSeconds: HOUR,
    dripSeconds: HOUR,
  }
  const { market } = await clients.maker.markets.create({
    asset: token,
    p0: ONE,
    k: CURVE_SHARES,
    config,
    seed: SEED,
    payment: 'permit',
  })
  const { makerBps, operatorBps, curatorsBps } = config
  const percent = (bps: number): string => `${bps / 100} %`
  transcript.step('Market', 'The maker opens a market and seeds its reserve. Its rules bind new orders only.')
  transcript.fact('market', market)
  transcript.fact('seed', money(SEED))
  transcript.fact(
    'a sale pays',
    `${percent(makerBps)} maker, ${percent(operatorBps)} datatrust, ${percent(curatorsBps)} curators, ` +
      `${percent(10_000 - makerBps - operatorBps - curatorsBps)} reserve`,
  )
  return market
}
