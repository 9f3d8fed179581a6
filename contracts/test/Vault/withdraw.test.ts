import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import { UNIT } from '../support/defaults.ts'
import { deployVault, deposit } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'

async function deployDeposited() {
  const fixture = await deployVault()
  await deposit(fixture, fixture.patron, 100n * UNIT)
  return fixture
}

describe('Vault.withdraw', () => {
  it('burns the balance and sends the tokens where the caller says', async () => {
    const { token, vault, patron, buyer } = await loadFixture(deployDeposited)
    const withdrawal = vault.connect(patron).withdraw(token, 60n * UNIT, buyer.address)

    expect((await eventsOf(withdrawal, vault)).at(-1)).toEqual({
      name: 'Withdrawn',
      args: [await token.getAddress(), patron.address, buyer.address, 60n * UNIT],
    })
    expect(await vault.balanceOf(patron.address, BigInt(await token.getAddress()))).toBe(40n * UNIT)
    expect(await token.balanceOf(buyer.address)).toBe(60n * UNIT)
  })

  it('refuses more than the caller has', async () => {
    const { token, vault, patron } = await loadFixture(deployDeposited)
    const { name } = await revertOf(vault.connect(patron).withdraw(token, 100n * UNIT + 1n, patron.address))
    expect(name).toBe('ERC6909InsufficientBalance')
  })

  it('gives a stranger nothing', async () => {
    const { token, vault, stranger } = await loadFixture(deployDeposited)
    const { name } = await revertOf(vault.connect(stranger).withdraw(token, 1n, stranger.address))
    expect(name).toBe('ERC6909InsufficientBalance')
  })

  it('refuses to send to nobody or to itself', async () => {
    const { token, vault, patron } = await loadFixture(deployDeposited)
    for (const to of [ethers.ZeroAddress, await vault.getAddress()]) {
      expect(await revertOf(vault.connect(patron).withdraw(token, UNIT, to))).toEqual({
        name: 'Vault_BadRecipient',
        args: [to],
      })
    }
  })

  describe('given a token that takes more from the sender than asked for', () => {
    it('refuses: the difference would be other people’s', async () => {
      const { vault, patron } = await loadFixture(deployVault)
      const token = await deployContract('FeeToken', [], patron)
      await token.mint(patron.address, 100n * UNIT)
      await token.approve(vault, 100n * UNIT)
      await vault.connect(patron).deposit(token, 100n * UNIT, patron.address)
      await token.setFees(0n, 200n)
      expect(await revertOf(vault.connect(patron).withdraw(token, 50n * UNIT, patron.address))).toEqual({
        name: 'Vault_WithdrawalMismatch',
        args: [await token.getAddress(), 50n * UNIT, 51n * UNIT],
      })
    })
  })

  describe('given a token that sends nothing', () => {
    it('refuses: the balance stays', async () => {
      const { vault, patron } = await loadFixture(deployVault)
      const token = await deployContract('StuckToken', [], patron)
      await token.mint(patron.address, UNIT)
      await token.approve(vault, UNIT)
      await vault.connect(patron).deposit(token, UNIT, patron.address)
      await token.setStuck(true)
      expect(await revertOf(vault.connect(patron).withdraw(token, UNIT, patron.address))).toEqual({
        name: 'Vault_WithdrawalMismatch',
        args: [await token.getAddress(), UNIT, 0n],
      })
      expect(await vault.balanceOf(patron.address, BigInt(await token.getAddress()))).toBe(UNIT)
    })
  })

  describe('given a token that calls back', () => {
    it('cannot be withdrawn twice', async () => {
      const { vault, stranger } = await loadFixture(deployVault)
      const token = await deployContract('CallbackToken', [], stranger)
      await token.mint(stranger.address, UNIT)
      await token.approve(vault, UNIT)
      await vault.connect(stranger).deposit(token, UNIT, stranger.address)
      const again = vault.interface.encodeFunctionData('withdraw', [await token.getAddress(), 1n, stranger.address])
      await token.setCallback(vault, again)
      const { name } = await revertOf(vault.connect(stranger).withdraw(token, UNIT, stranger.address))
      expect(name).toBe('ReentrancyGuardReentrantCall')
    })
  })
})
