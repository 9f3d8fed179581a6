import { describe, expect, it } from 'vitest'
import { getActors } from '../support/actors.ts'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
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
