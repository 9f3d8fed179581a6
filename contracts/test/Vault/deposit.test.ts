import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import { UNIT } from '../support/defaults.ts'
import { deployVault } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'

async function deployApproved() {
  const fixture = await deployVault()
  const { token, vault, patron } = fixture
  await token.mint(patron.address, 100n * UNIT)
  await token.connect(patron).approve(vault, 100n * UNIT)
  return fixture
}

describe('Vault.deposit', () => {
  it('moves tokens in and credits whom the caller names', async () => {
    const { token, vault, patron, buyer } = await loadFixture(deployApproved)
    const deposit = vault.connect(patron).deposit(token, 40n * UNIT, buyer.address)

    expect((await eventsOf(deposit, vault)).at(-1)).toEqual({
      name: 'Deposited',
      args: [await token.getAddress(), patron.address, buyer.address, 40n * UNIT],
    })
    expect(await vault.balanceOf(buyer.address, BigInt(await token.getAddress()))).toBe(40n * UNIT)
    expect(await token.balanceOf(vault)).toBe(40n * UNIT)
  })

  it('refuses an address without code', async () => {
    const { vault, patron, stranger } = await loadFixture(deployApproved)
    expect(await revertOf(vault.connect(patron).deposit(stranger.address, UNIT, patron.address))).toEqual({
      name: 'Vault_NotToken',
      args: [stranger.address],
    })
  })

  it('refuses a deposit of nothing', async () => {
    const { token, vault, patron } = await loadFixture(deployApproved)
    expect(await revertOf(vault.connect(patron).deposit(token, 0n, patron.address))).toEqual({
      name: 'Vault_NothingReceived',
      args: [await token.getAddress()],
    })
  })

  it('refuses the zero address as the one to credit', async () => {
    const { token, vault, patron } = await loadFixture(deployApproved)
    const { name } = await revertOf(vault.connect(patron).deposit(token, UNIT, ethers.ZeroAddress))
    expect(name).toBe('ERC6909InvalidReceiver')
  })

  it('credits to nobody what was sent to it directly', async () => {
    const { token, vault, patron } = await loadFixture(deployApproved)
    await token.connect(patron).transfer(vault, 30n * UNIT)
    await vault.connect(patron).deposit(token, UNIT, patron.address)
    expect(await vault.balanceOf(patron.address, BigInt(await token.getAddress()))).toBe(UNIT)
  })

  describe('given a token that takes a fee', () => {
    it('credits what arrived', async () => {
      const { vault, patron } = await loadFixture(deployVault)
      const token = await deployContract('FeeToken', [], patron)
      await token.mint(patron.address, 100n * UNIT)
      await token.setFees(100n, 0n)
      await token.approve(vault, 100n * UNIT)
      await vault.connect(patron).deposit(token, 100n * UNIT, patron.address)
      expect(await vault.balanceOf(patron.address, BigInt(await token.getAddress()))).toBe(99n * UNIT)
    })
  })

  describe('given a token that returns nothing', () => {
    it('takes it in and gives it out', async () => {
      const { vault, patron } = await loadFixture(deployVault)
      const token = await deployContract('SilentToken', [], patron)
      await token.mint(patron.address, UNIT)
      await token.approve(vault, UNIT)
      await vault.connect(patron).deposit(token, UNIT, patron.address)
      await vault.connect(patron).withdraw(token, UNIT, patron.address)
      expect(await token.balanceOf(patron.address)).toBe(UNIT)
    })
  })

  describe('given a token that calls back', () => {
    it.each([
      ['deposit', (token: string, who: string) => [token, 1n, who]],
      ['withdraw', (token: string, who: string) => [token, 1n, who]],
      ['open', (token: string) => [token]],
      ['close', (token: string, who: string) => [token, who]],
    ] as const)('refuses %s from within', async (method, argsOf) => {
      const { vault, stranger } = await loadFixture(deployVault)
      const token = await deployContract('CallbackToken', [], stranger)
      await token.mint(stranger.address, UNIT)
      await token.approve(vault, UNIT)
      const args = argsOf(await token.getAddress(), stranger.address)
      await token.setCallback(vault, vault.interface.encodeFunctionData(method, args))
      expect(await revertOf(vault.connect(stranger).deposit(token, UNIT, stranger.address))).toEqual({
        name: 'ReentrancyGuardReentrantCall',
        args: [],
      })
    })
  })
})
