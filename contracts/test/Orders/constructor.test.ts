import { describe, expect, it } from 'vitest'
import { deployLibraries } from '../support/libraries.ts'
import { expectRevert } from '../trade/expect.ts'
import { openWorld } from '../trade/world.ts'

const world = await openWorld()
const { chain, deployer, vault } = world
const { ethers } = chain
const ABOVE = [world.stranger.address, world.other.address] as const

/** Addresses with which the contracts below Orders are built, each the right one unless said otherwise. */
interface Wiring {
  datatrusts?: { vault?: unknown; orders?: unknown }
  markets?: { vault?: unknown; orders?: unknown }
  listings?: { vault?: unknown; datatrusts?: unknown; markets?: unknown }
}

/** Deploys the contracts below Orders, then Orders. */
async function deploy(wiring: Wiring) {
  const libraries = await deployLibraries(ethers, 'Orders')
  const nonce = await deployer.getNonce()
  const predict = (steps: number) => ethers.getCreateAddress({ from: deployer.address, nonce: nonce + steps })
  const right = { datatrusts: predict(0), markets: predict(2), orders: predict(4), vault: vault.target }
  const named = {
    datatrusts: { ...right, ...wiring.datatrusts },
    markets: { ...right, ...wiring.markets },
    listings: { ...right, ...wiring.listings },
  }
  await ethers.deployContract('Datatrusts', [named.datatrusts.vault, named.datatrusts.orders])
  const share = await ethers.deployContract('Share', [right.markets, ...ABOVE])
  await ethers.deployContract('Markets', [named.markets.vault, share.target, named.markets.orders])
  const { listings } = named
  const listingsArgs = [listings.vault, listings.datatrusts, listings.markets, ABOVE[1]]
  const deployed = await ethers.deployContract('Listings', listingsArgs)
  const args = [right.vault, right.datatrusts, right.markets, deployed.target, ...ABOVE]
  return { right, orders: ethers.deployContract('Orders', args, { libraries }) }
}

describe('the constructor of Orders', () => {
  it('takes contracts that were built for each other, and tells who is above', async () => {
    const orders = await (await deploy({})).orders
    expect([await orders.getFunction('SIGNALS')(), await orders.getFunction('CURATION')()]).toEqual(ABOVE)
  })

  it.each<[string, 'vault' | 'orders' | 'datatrusts' | 'markets', (other: unknown) => Wiring]>([
    ['Datatrusts of another Vault', 'vault', (vault) => ({ datatrusts: { vault } })],
    ['Datatrusts of another Orders', 'orders', (orders) => ({ datatrusts: { orders } })],
    ['Markets of another Vault', 'vault', (vault) => ({ markets: { vault } })],
    ['Markets of another Orders', 'orders', (orders) => ({ markets: { orders } })],
    ['Listings of another Vault', 'vault', (vault) => ({ listings: { vault } })],
    ['Listings of other Datatrusts', 'datatrusts', (datatrusts) => ({ listings: { datatrusts } })],
    ['Listings of other Markets', 'markets', (markets) => ({ listings: { markets } })],
  ])('refuses %s', async (_, what, wire) => {
    const { right, orders } = await deploy(wire(world.stranger.address))
    await expectRevert(orders, 'Orders_WrongWiring', [right[what], world.stranger.address])
  })

  // Under the probe of the coverage every figure is another one.
  it.skipIf(process.env.GRISTMILL_PROBE)('fits into the size that public chains accept', async () => {
    const code = await ethers.provider.getCode(world.orders.target)
    expect((code.length - 2) / 2).toBeLessThan(24_576)
  })
})
