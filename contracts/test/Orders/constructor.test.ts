import { describe, expect, it } from 'vitest'
import { expectRevert } from '../trade/expect.ts'
import { openWorld } from '../trade/world.ts'

const world = await openWorld()
const { ethers } = world.chain

describe('the constructor of Orders', () => {
  it('refuses Markets that were built for another Orders', async () => {
    const { vault, datatrusts, markets, listings, orders } = world
    const args = [vault.target, datatrusts.target, markets.target, listings.target]
    const nonce = await world.deployer.getNonce()
    const address = ethers.getCreateAddress({ from: world.deployer.address, nonce })
    await expectRevert(world.chain.deploy('Orders', args), 'Orders_WrongWiring', [address, orders.target])
  })

  it('refuses Listings of another Vault, of other Markets, of other Datatrusts', async () => {
    const { vault, deployer } = world
    const otherVault = await ethers.deployContract('Vault')
    const otherDatatrusts = await ethers.deployContract('Datatrusts', [vault.target])
    for (const wrong of ['vault', 'datatrusts', 'markets'] as const) {
      const nonce = await deployer.getNonce()
      const predict = (steps: number) => ethers.getCreateAddress({ from: deployer.address, nonce: nonce + steps })
      const share = await ethers.deployContract('Share', [predict(1)])
      const markets = await ethers.deployContract('Markets', [vault.target, share.target, predict(3)])
      const right = { vault: vault.target, datatrusts: world.datatrusts.target, markets: markets.target }
      const others = { vault: otherVault.target, datatrusts: otherDatatrusts.target, markets: world.markets.target }
      const named = { ...right, [wrong]: others[wrong] }
      const listings = await ethers.deployContract('Listings', [named.vault, named.datatrusts, named.markets])
      const args = [right.vault, right.datatrusts, right.markets, listings.target]
      await expectRevert(world.chain.deploy('Orders', args), 'Orders_WrongWiring', [right[wrong], others[wrong]])
    }
  })

  it('refuses Datatrusts of another Vault', async () => {
    const { vault, deployer } = world
    const otherVault = await ethers.deployContract('Vault')
    const datatrusts = await ethers.deployContract('Datatrusts', [otherVault.target])
    const nonce = await deployer.getNonce()
    const predict = (steps: number) => ethers.getCreateAddress({ from: deployer.address, nonce: nonce + steps })
    const share = await ethers.deployContract('Share', [predict(1)])
    const markets = await ethers.deployContract('Markets', [vault.target, share.target, predict(3)])
    const listings = await ethers.deployContract('Listings', [vault.target, datatrusts.target, markets.target])
    const args = [vault.target, datatrusts.target, markets.target, listings.target]
    const wiring = [vault.target, otherVault.target]
    await expectRevert(world.chain.deploy('Orders', args), 'Orders_WrongWiring', wiring)
  })

  it('fits into the size that public chains accept', async () => {
    const code = await ethers.provider.getCode(world.orders.target)
    expect((code.length - 2) / 2).toBeLessThan(24_576)
  })
})
