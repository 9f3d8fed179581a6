import { describe, expect, it } from 'vitest'
import { getActors } from '../support/actors.ts'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { deployBase, deployStack, predictAbove, predictAddress } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { deployCuration } from './fixture.ts'

async function deployed() {
  const { deployer } = await getActors()
  return { deployer, ...(await deployStack(deployer)) }
}

describe('Curation constructor', () => {
  it('refuses an Orders built for another Curation', async () => {
    const { deployer, vault, markets, listings, orders, curation } = await loadFixture(deployed)
    const at = await predictAddress(deployer, 0)
    expect(await revertOf(deployContract('Curation', [vault, markets, listings, orders], deployer))).toEqual({
      name: 'Curation_WrongWiring',
      args: [at, await curation.getAddress()],
    })
  })

  it.each(['Listings', 'Share curation', 'Share signals'])('refuses what was built for another: %s', async (wrong) => {
    const { deployer } = await getActors()
    const above = await predictAbove(deployer, 1)
    const other = deployer.address
    const told = { ...above }
    if (wrong === 'Share curation') told.curation = other
    if (wrong === 'Share signals') told.signals = other
    const { vault, datatrusts, markets } = await deployBase(deployer, told)
    const curation = wrong === 'Listings' ? other : above.curation
    const listings = await deployContract('Listings', [vault, datatrusts, markets, curation], deployer)
    const args = [vault, datatrusts, markets, listings, above.signals, above.curation]
    const orders = await deployContract('Orders', args, deployer)
    await deployContract('Signals', [vault, markets, listings, orders], deployer)
    const deploying = deployContract('Curation', [vault, markets, listings, orders], deployer)
    const expected = wrong === 'Share signals' ? above.signals : above.curation
    expect(await revertOf(deploying)).toEqual({ name: 'Curation_WrongWiring', args: [expected, other] })
  })

  it.each(['Vault of Markets', 'Orders of Markets', 'Vault of Listings', 'Markets of Listings'] as const)(
    'refuses what was built over another: %s',
    async (wrong) => {
      const { deployer } = await getActors()
      const above = await predictAbove(deployer, 5)
      const { vault, datatrusts, markets } = await deployBase(deployer, above)
      const listingsOver = (under: Contract, sold: Contract) =>
        deployContract('Listings', [under, datatrusts, sold, above.curation], deployer)
      const otherVault = await deployContract('Vault', [], deployer)
      const listings = await listingsOver(vault, markets)
      const under = wrong === 'Vault of Markets' ? otherVault : vault
      const told = wrong === 'Orders of Markets' ? deployer.address : above.orders
      const names = [await predictAddress(deployer, 1), above.signals, above.curation]
      const share = await deployContract('Share', names, deployer)
      const otherMarkets = await deployContract('Markets', [under, share, told], deployer)
      const isVault = wrong === 'Vault of Listings'
      const otherListings = await listingsOver(isVault ? otherVault : vault, isVault ? markets : otherMarkets)
      const args = [vault, datatrusts, markets, listings, above.signals, above.curation]
      const orders = await deployContract('Orders', args, deployer)
      await deployContract('Signals', [vault, markets, listings, orders], deployer)
      const given = wrong.endsWith('of Markets') ? otherMarkets : markets
      const [expected, actual] = {
        'Vault of Markets': [vault, otherVault],
        'Orders of Markets': [orders, deployer],
        'Vault of Listings': [vault, otherVault],
        'Markets of Listings': [markets, otherMarkets],
      }[wrong]
      expect(await revertOf(deployContract('Curation', [vault, given, otherListings, orders], deployer))).toEqual({
        name: 'Curation_WrongWiring',
        args: [await expected!.getAddress(), await actual!.getAddress()],
      })
    },
  )

  it('refuses Signals that were built over another Orders', async () => {
    const { deployer } = await getActors()
    const above = await predictAbove(deployer, 9)
    const { vault, datatrusts, markets } = await deployBase(deployer, above)
    const other = await deployBase(deployer, { ...above, orders: await predictAddress(deployer, 7) })
    const listingsOver = (base: Pick<typeof other, 'vault' | 'datatrusts' | 'markets'>) =>
      deployContract('Listings', [base.vault, base.datatrusts, base.markets, above.curation], deployer)
    const otherListings = await listingsOver(other)
    const named = [above.signals, above.curation]
    const otherArgs = [other.vault, other.datatrusts, other.markets, otherListings, ...named]
    const otherOrders = await deployContract('Orders', otherArgs, deployer)
    const listings = await listingsOver({ vault, datatrusts, markets })
    const orders = await deployContract('Orders', [vault, datatrusts, markets, listings, ...named], deployer)
    await deployContract('Signals', [other.vault, other.markets, otherListings, otherOrders], deployer)
    expect(await revertOf(deployContract('Curation', [vault, markets, listings, orders], deployer))).toEqual({
      name: 'Curation_WrongWiring',
      args: [await orders.getAddress(), await otherOrders.getAddress()],
    })
  })

  it('lets Markets take what goes to a bounty from it, and nobody else', async () => {
    const { vault, curation, markets, orders, stranger } = await deployCuration()
    expect(await vault.isOperator(curation, markets)).toBe(true)
    expect(await vault.isOperator(curation, orders)).toBe(false)
    expect(await vault.isOperator(curation, stranger.address)).toBe(false)
  })
})

describe('Signals constructor', () => {
  it('refuses an Orders built for another Signals', async () => {
    const { deployer, vault, markets, listings, orders, signals } = await loadFixture(deployed)
    const at = await predictAddress(deployer, 0)
    expect(await revertOf(deployContract('Signals', [vault, markets, listings, orders], deployer))).toEqual({
      name: 'Signals_WrongWiring',
      args: [at, await signals.getAddress()],
    })
    expect(ethers.isAddress(at)).toBe(true)
  })
})
