import { describe, expect, it } from 'vitest'
import { deployContract, loadFixture } from '../support/chain.ts'
import { NEVER, SEED, SHARE } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { signPermit } from '../support/payment.ts'

describe('Share', () => {
  it('knows its market and its issuer', async () => {
    const { marketShare, market, markets } = await loadFixture(deployMarket)
    expect(await marketShare.market()).toBe(market)
    expect(await marketShare.MARKETS()).toBe(await markets.getAddress())
  })

  it('is an ERC-20 of 18 decimals with a name, though a clone has no storage of its implementation', async () => {
    const { marketShare, whale } = await loadFixture(deployMarket)
    expect(await marketShare.name()).toBe('Gristmill Share')
    expect(await marketShare.symbol()).toBe('GRIST')
    expect(await marketShare.decimals()).toBe(18n)
    expect(await marketShare.totalSupply()).toBe((SEED / 10n ** 6n) * SHARE)
    expect(await marketShare.balanceOf(whale.address)).toBe((SEED / 10n ** 6n) * SHARE - SHARE)
  })

  it('takes a permit signed for the clone', async () => {
    const { marketShare, whale, buyer } = await loadFixture(deployMarket)
    const { v, r, s } = await signPermit(marketShare, whale, buyer.address, SHARE)
    await marketShare.connect(buyer).permit(whale.address, buyer.address, SHARE, NEVER, v, r, s)
    await marketShare.connect(buyer).transferFrom(whale.address, buyer.address, SHARE)
    expect(await marketShare.balanceOf(buyer.address)).toBe(SHARE)
    expect(await marketShare.nonces(whale.address)).toBe(1n)
  })

  it('refuses a permit signed for the implementation', async () => {
    const { marketShare, share, whale, buyer } = await loadFixture(deployMarket)
    const { v, r, s } = await signPermit(share, whale, buyer.address, SHARE)
    const call = marketShare.permit(whale.address, buyer.address, SHARE, NEVER, v, r, s)
    expect((await revertOf(call)).name).toBe('ERC2612InvalidSigner')
  })
})

describe('Share.mint and Share.burn', () => {
  it('refuse everybody but Markets', async () => {
    const { marketShare, share, whale, orders, admin } = await loadFixture(deployMarket)
    for (const caller of [whale, orders, admin]) {
      const refusal = { name: 'Share_NotMarkets', args: [caller.address] }
      expect(await revertOf(marketShare.connect(caller).mint(caller.address, 1n))).toEqual(refusal)
      expect(await revertOf(marketShare.connect(caller).burn(whale.address, 1n))).toEqual(refusal)
      expect(await revertOf(share.connect(caller).mint(caller.address, 1n))).toEqual(refusal)
    }
  })

  it('refuse to grow the supply beyond what votes can count', async () => {
    const { deployer } = await loadFixture(deployMarket)
    const share = await deployContract('Share', [deployer.address, deployer.address, deployer.address], deployer)
    await share.mint(deployer.address, 2n ** 208n - 1n)
    expect((await revertOf(share.mint(deployer.address, 1n))).name).toBe('ERC20ExceededSafeSupply')
  })
})
