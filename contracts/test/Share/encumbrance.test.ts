import { describe, expect, it } from 'vitest'
import { loadFixture, now, setNextTimestamp } from '../support/chain.ts'
import { NEVER, SHARE } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'

async function deployHolder() {
  const fixture = await deployMarket()
  const { marketShare, whale, buyer, signals, curation } = fixture
  await marketShare.connect(whale).transfer(buyer.address, 100n * SHARE)
  const asBuyer = marketShare.connect(buyer)
  return {
    ...fixture,
    asBuyer,
    asCuration: marketShare.connect(curation),
    asSignals: marketShare.connect(signals),
    lockedUntil: (await now()) + 1_000,
  }
}

describe('Share.lockVotes', () => {
  it('encumbers to its last second', async () => {
    const { asBuyer, asCuration, buyer, whale, lockedUntil } = await loadFixture(deployHolder)
    await asCuration.lockVotes(buyer.address, 60n, lockedUntil)
    await setNextTimestamp(lockedUntil)
    expect(await revertOf(asBuyer.transfer(whale.address, 100n * SHARE - 59n))).toEqual({
      name: 'Share_Encumbered',
      args: [buyer.address, 59n, 60n],
    })
    await setNextTimestamp(lockedUntil + 1)
    await asBuyer.transfer(whale.address, 100n * SHARE)
  })

  it('leaves the rest free, to be passed on and redeemed', async () => {
    const { asBuyer, asCuration, markets, market, buyer, whale, lockedUntil } = await loadFixture(deployHolder)
    await asCuration.lockVotes(buyer.address, 60n * SHARE, lockedUntil)
    await asBuyer.transfer(whale.address, 30n * SHARE)
    const redeem = (shares: bigint) => markets.connect(buyer).redeem(market, shares, 0n, NEVER, buyer.address)
    expect((await revertOf(redeem(10n * SHARE + 1n))).name).toBe('Share_Encumbered')
    await redeem(10n * SHARE)
    expect(await asBuyer.balanceOf(buyer.address)).toBe(60n * SHARE)
  })

  it('raises amount and end to the most of all votes', async () => {
    const { asCuration, buyer, lockedUntil, asBuyer } = await loadFixture(deployHolder)
    await asCuration.lockVotes(buyer.address, 60n, lockedUntil)
    await asCuration.lockVotes(buyer.address, 50n, lockedUntil + 100)
    await setNextTimestamp(lockedUntil + 50)
    await asBuyer.transfer(buyer.address, 1n)
    expect(await asBuyer.encumberedOf(buyer.address)).toBe(60n)
    await asCuration.lockVotes(buyer.address, 70n, lockedUntil + 60)
    await setNextTimestamp(lockedUntil + 100)
    await asBuyer.transfer(buyer.address, 1n)
    expect(await asBuyer.encumberedOf(buyer.address)).toBe(70n)
  })

  it('starts anew when the lock before is over', async () => {
    const { asCuration, buyer, lockedUntil, asBuyer } = await loadFixture(deployHolder)
    await asCuration.lockVotes(buyer.address, 60n, lockedUntil)
    await setNextTimestamp(lockedUntil + 1)
    await asCuration.lockVotes(buyer.address, 5n, lockedUntil + 100)
    expect(await asBuyer.encumberedOf(buyer.address)).toBe(5n)
  })

  it('is for Curation, and for what is there', async () => {
    const { asBuyer, asSignals, asCuration, buyer, signals, lockedUntil } = await loadFixture(deployHolder)
    for (const [caller, { address }] of [
      [asBuyer, buyer],
      [asSignals, signals],
    ] as const) {
      expect(await revertOf(caller.lockVotes(buyer.address, 1n, lockedUntil))).toEqual({
        name: 'Share_NotCuration',
        args: [address],
      })
    }
    expect(await revertOf(asCuration.lockVotes(buyer.address, 100n * SHARE + 1n, lockedUntil))).toEqual({
      name: 'Share_Encumbered',
      args: [buyer.address, 100n * SHARE, 100n * SHARE + 1n],
    })
  })
})

describe('Share.addSignal and Share.removeSignal', () => {
  it('encumber the sum of signals', async () => {
    const { asBuyer, asSignals, buyer, whale } = await loadFixture(deployHolder)
    await asSignals.addSignal(buyer.address, 30n * SHARE)
    await asSignals.addSignal(buyer.address, 50n * SHARE)
    expect(await asBuyer.encumberedOf(buyer.address)).toBe(80n * SHARE)
    await asSignals.removeSignal(buyer.address, 20n * SHARE)
    expect((await revertOf(asBuyer.transfer(whale.address, 40n * SHARE + 1n))).name).toBe('Share_Encumbered')
    await asBuyer.transfer(whale.address, 40n * SHARE)
    expect(await asBuyer.getVotes(buyer.address)).toBe(60n * SHARE)
  })

  it('and votes encumber the larger of the two, not both', async () => {
    const { asBuyer, asSignals, asCuration, buyer, lockedUntil } = await loadFixture(deployHolder)
    await asSignals.addSignal(buyer.address, 70n * SHARE)
    await asCuration.lockVotes(buyer.address, 40n * SHARE, lockedUntil)
    expect(await asBuyer.encumberedOf(buyer.address)).toBe(70n * SHARE)
    await asSignals.removeSignal(buyer.address, 60n * SHARE)
    expect(await asBuyer.encumberedOf(buyer.address)).toBe(40n * SHARE)
  })

  it('are for Signals, and for what is there', async () => {
    const { asBuyer, asSignals, asCuration, buyer, curation } = await loadFixture(deployHolder)
    for (const [caller, { address }] of [
      [asBuyer, buyer],
      [asCuration, curation],
    ] as const) {
      const refused = { name: 'Share_NotSignals', args: [address] }
      expect(await revertOf(caller.addSignal(buyer.address, 1n))).toEqual(refused)
      expect(await revertOf(caller.removeSignal(buyer.address, 1n))).toEqual(refused)
    }
    expect((await revertOf(asSignals.addSignal(buyer.address, 100n * SHARE + 1n))).name).toBe('Share_Encumbered')
  })

  it('stop an approved spender as they stop the owner', async () => {
    const { asBuyer, asSignals, marketShare, buyer, whale } = await loadFixture(deployHolder)
    await asSignals.addSignal(buyer.address, 100n * SHARE)
    await asBuyer.approve(whale.address, 1n)
    const taking = marketShare.connect(whale).transferFrom(buyer.address, whale.address, 1n)
    expect((await revertOf(taking)).name).toBe('Share_Encumbered')
  })
})
