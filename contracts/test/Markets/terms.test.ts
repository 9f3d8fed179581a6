import { describe, expect, it } from 'vitest'
import { ethers, loadFixture, passSeconds } from '../support/chain.ts'
import { BPS, CONFIG, DAY, UNIT } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'

describe('Markets.saleTermsOf and Markets.listingTermsOf', () => {
  it('tell the config in force, not the one that is scheduled', async () => {
    const { markets, market, token, admin } = await loadFixture(deployMarket)
    const changed = { ...CONFIG, makerBps: 6_000n, failureBps: 900n, minBond: 199n, listingBond: UNIT }
    await markets.connect(admin).setConfig(market, changed)
    const asset = await token.getAddress()
    const { makerBps, operatorBps, curatorsBps, failureBps, minBond } = CONFIG
    const { complaintWindowSeconds, disputeWindowSeconds } = CONFIG
    const rates = { makerBps, operatorBps, curatorsBps, failureBps }
    const compensation = (minBond * CONFIG.compensationBps) / BPS
    const windows = { complaintWindowSeconds, disputeWindowSeconds }
    const split = { asset, ...rates, ...windows, minBond, compensation, isAdmitted: true }

    expect((await markets.saleTermsOf(market, 1n)).toObject()).toEqual(split)
    expect((await markets.listingTermsOf(market, 1n)).toArray()).toEqual([
      asset,
      1n,
      CONFIG.activationSeconds,
      CONFIG.listingBond,
    ])
    await passSeconds(7 * DAY)
    expect((await markets.saleTermsOf(market, 1n)).toObject()).toEqual({
      ...split,
      makerBps: 6_000n,
      failureBps: 900n,
      minBond: 199n,
      compensation: 0n,
    })
    expect((await markets.listingTermsOf(market, 1n)).toArray()).toEqual([asset, 2n, CONFIG.activationSeconds, UNIT])
  })

  it('refuse an unknown market, as every view of a market does', async () => {
    const { markets } = await loadFixture(deployMarket)
    const unknown = ethers.id('?')
    const calls = [
      markets.saleTermsOf(unknown, 1n),
      markets.listingTermsOf(unknown, 1n),
      markets.identityOf(unknown),
      markets.configOf(unknown),
      markets.configAt(unknown, 1n),
      markets.reserveOf(unknown),
      markets.quoteFund(unknown, 1n),
      markets.quoteRedeem(unknown, 1n),
      markets.accrue(unknown),
    ]
    for (const call of calls) expect(await revertOf(call)).toEqual({ name: 'Markets_Unknown', args: [unknown] })
  })
})
