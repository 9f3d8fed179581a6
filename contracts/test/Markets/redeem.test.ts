import { describe, expect, it } from 'vitest'
import { ethers, loadFixture, now, setNextTimestamp } from '../support/chain.ts'
import { DAY, NEVER, SEED, SHARE, UNIT } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'

describe('Markets.redeem', () => {
  it('pays floor(shares * U / S) into the Vault of whom the caller names', async () => {
    const { token, vault, markets, market, marketShare, whale, buyer } = await loadFixture(deployMarket)
    await markets.connect(whale).fund(market, 777n * UNIT + 1n, 0n, NEVER, FROM_VAULT)
    const before = await markets.reserveOf(market)
    const shares = 123n * SHARE + 456n
    const amount = (shares * before.unlocked) / before.supply
    expect(await markets.quoteRedeem(market, shares)).toBe(amount)

    const redemption = markets.connect(whale).redeem(market, shares, amount, NEVER, buyer.address)
    expect(await eventsOf(redemption, markets)).toEqual([
      { name: 'Redeemed', args: [market, whale.address, shares, amount] },
    ])
    const after = await markets.reserveOf(market)
    expect(after.unlocked).toBe(before.unlocked - amount)
    expect(after.supply).toBe(before.supply - shares)
    expect(await marketShare.totalSupply()).toBe(after.supply)
    expect(await vault.balanceOf(buyer.address, BigInt(await token.getAddress()))).toBe(amount)
  })

  it('leaves the locked revenue to those who stay', async () => {
    const { markets, market, marketShare, whale } = await loadFixture(deployMarket)
    await markets.connect(whale).addRevenue(market, 700n * UNIT, FROM_VAULT)
    const { dripEnd } = await markets.reserveOf(market)
    await markets.connect(whale).redeem(market, await marketShare.balanceOf(whale.address), 0n, NEVER, whale.address)
    await setNextTimestamp(Number(dripEnd) + 1)
    await markets.accrue(market)
    const { unlocked, locked, supply } = await markets.reserveOf(market)
    expect(supply).toBe(SHARE)
    expect(locked).toBe(0n)
    expect(unlocked).toBeGreaterThan(700n * UNIT)
  })

  it('counts what has dripped by now', async () => {
    const { markets, market, whale } = await loadFixture(deployMarket)
    await markets.connect(whale).addRevenue(market, 700n * UNIT, FROM_VAULT)
    const start = await now()
    await setNextTimestamp(start + DAY)
    const redemption = markets.connect(whale).redeem(market, SHARE, 0n, NEVER, whale.address)
    const [event] = await eventsOf(redemption, markets)
    expect(event?.args[3]).toBe((SEED + 100n * UNIT) / (SEED / UNIT))
  })

  it('lets nobody take the share that stays for ever', async () => {
    const { markets, market, marketShare, whale } = await loadFixture(deployMarket)
    const held = await marketShare.balanceOf(whale.address)
    await markets.connect(whale).redeem(market, held, 0n, NEVER, whale.address)
    const { unlocked, supply } = await markets.reserveOf(market)
    expect(supply).toBe(SHARE)
    expect(unlocked).toBe(UNIT)
    const { name } = await revertOf(markets.connect(whale).redeem(market, 1n, 0n, NEVER, whale.address))
    expect(name).toBe('ERC20InsufficientBalance')
  })

  it('refuses more than the caller has, and what a stranger has not', async () => {
    const { markets, market, marketShare, whale, stranger } = await loadFixture(deployMarket)
    const held = await marketShare.balanceOf(whale.address)
    for (const [caller, shares] of [
      [whale, held + 1n],
      [whale, 2n ** 256n - 1n],
      [stranger, 1n],
    ] as const) {
      const { name } = await revertOf(markets.connect(caller).redeem(market, shares, 0n, NEVER, caller.address))
      expect(name).toBe('ERC20InsufficientBalance')
    }
  })

  it('refuses less money than accepted', async () => {
    const { markets, market, whale } = await loadFixture(deployMarket)
    const call = markets.connect(whale).redeem(market, SHARE, UNIT + 1n, NEVER, whale.address)
    expect(await revertOf(call)).toEqual({ name: 'Markets_TooLittleMoney', args: [UNIT, UNIT + 1n] })
  })

  it('refuses no shares, a passed deadline, an unknown market, and nobody as payee', async () => {
    const { markets, market, whale } = await loadFixture(deployMarket)
    const asWhale = markets.connect(whale)
    const past = BigInt(await now())
    const names = await Promise.all(
      [
        asWhale.redeem(market, 0n, 0n, NEVER, whale.address),
        asWhale.redeem(market, SHARE, 0n, past, whale.address),
        asWhale.redeem(ethers.id('?'), SHARE, 0n, NEVER, whale.address),
        asWhale.redeem(market, SHARE, 0n, NEVER, ethers.ZeroAddress),
      ].map(async (call) => (await revertOf(call)).name),
    )
    expect(names).toEqual(['Markets_BadAmount', 'Markets_Expired', 'Markets_Unknown', 'ERC6909InvalidReceiver'])
  })

  it('quotes nothing beyond the supply', async () => {
    const { markets, market } = await loadFixture(deployMarket)
    const { supply } = await markets.reserveOf(market)
    expect(await markets.quoteRedeem(market, supply)).toBe(SEED)
    expect((await revertOf(markets.quoteRedeem(market, supply + 1n))).name).toBe('Markets_BadAmount')
  })
})
