import { describe, expect, it } from 'vitest'
import { ethers, loadFixture, now, passSeconds } from '../support/chain.ts'
import { NEVER, SHARE } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'

describe('Share votes', () => {
  it('count the seconds of the chain', async () => {
    const { marketShare } = await loadFixture(deployMarket)
    expect(await marketShare.CLOCK_MODE()).toBe('mode=timestamp')
    expect(await marketShare.clock()).toBe(BigInt(await now()))
  })

  it('belong to the holder from the first share on', async () => {
    const { marketShare, whale, stranger } = await loadFixture(deployMarket)
    expect(await marketShare.delegates(stranger.address)).toBe(stranger.address)
    expect(await marketShare.getVotes(whale.address)).toBe(await marketShare.balanceOf(whale.address))
  })

  it('follow a transfer, and remember what was', async () => {
    const { marketShare, whale, buyer } = await loadFixture(deployMarket)
    const held = await marketShare.balanceOf(whale.address)
    await passSeconds(10)
    const before = await now()
    await passSeconds(10)
    await marketShare.connect(whale).transfer(buyer.address, 5n * SHARE)
    await passSeconds(1)

    expect(await marketShare.getVotes(buyer.address)).toBe(5n * SHARE)
    expect(await marketShare.getVotes(whale.address)).toBe(held - 5n * SHARE)
    expect(await marketShare.getPastVotes(whale.address, before)).toBe(held)
    expect(await marketShare.getPastVotes(buyer.address, before)).toBe(0n)
    expect(await marketShare.getPastTotalSupply(before)).toBe(held + SHARE)
  })

  it('do not change by a transfer to oneself', async () => {
    const { marketShare, whale } = await loadFixture(deployMarket)
    const held = await marketShare.balanceOf(whale.address)
    await marketShare.connect(whale).transfer(whale.address, held)
    expect(await marketShare.getVotes(whale.address)).toBe(held)
  })

  it('cannot be delegated to another', async () => {
    const { marketShare, whale, buyer } = await loadFixture(deployMarket)
    const refusal = { name: 'Share_NoDelegation', args: [buyer.address] }
    expect(await revertOf(marketShare.connect(whale).delegate(buyer.address))).toEqual(refusal)
    const bySignature = marketShare.delegateBySig(buyer.address, 0n, NEVER, 27n, ethers.ZeroHash, ethers.ZeroHash)
    expect(await revertOf(bySignature)).toEqual(refusal)
  })

  it('stay as they are when delegated to oneself', async () => {
    const { marketShare, whale } = await loadFixture(deployMarket)
    await marketShare.connect(whale).delegate(whale.address)
    expect(await marketShare.getVotes(whale.address)).toBe(await marketShare.balanceOf(whale.address))
  })
})
