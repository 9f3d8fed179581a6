import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture, type Signer } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { NEVER, UNIT } from '../support/defaults.ts'
import { deployVault } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { permitDeposit } from '../support/payment.ts'

async function deployFunded() {
  const fixture = await deployVault()
  await fixture.token.mint(fixture.patron.address, 100n * UNIT)
  return fixture
}

async function creditOf(vault: Contract, token: Contract, account: Signer): Promise<bigint> {
  return vault.balanceOf(account.address, BigInt(await token.getAddress()))
}

describe('Vault.depositWithPermit', () => {
  it('deposits for the caller without a transaction of approval', async () => {
    const { token, vault, patron } = await loadFixture(deployFunded)
    await vault.connect(patron).depositWithPermit(...(await permitDeposit(token, patron, vault, UNIT)))
    expect(await creditOf(vault, token, patron)).toBe(UNIT)
  })

  it('does not need the permit where an allowance stands', async () => {
    const { token, vault, patron, stranger } = await loadFixture(deployFunded)
    await token.connect(patron).approve(vault, UNIT)
    await vault.connect(patron).depositWithPermit(...(await permitDeposit(token, stranger, vault, UNIT)))
    expect(await creditOf(vault, token, patron)).toBe(UNIT)
  })

  it('goes through although the permit was front-run', async () => {
    const { token, vault, patron, stranger } = await loadFixture(deployFunded)
    const args = await permitDeposit(token, patron, vault, UNIT)
    const [, ...permit] = args
    await token.connect(stranger).permit(patron.address, vault, ...permit)
    await vault.connect(patron).depositWithPermit(...args)
    expect(await creditOf(vault, token, patron)).toBe(UNIT)
  })

  it('takes nobody else’s tokens, neither by their permit nor by an allowance of theirs', async () => {
    const { token, vault, patron, stranger } = await loadFixture(deployFunded)
    await token.mint(stranger.address, UNIT)
    const args = await permitDeposit(token, patron, vault, UNIT)
    for (const allowance of [0n, UNIT]) {
      await token.connect(patron).approve(vault, allowance)
      const theft = vault.connect(stranger).depositWithPermit(...args)
      expect((await revertOf(theft)).name).toBe('ERC20InsufficientAllowance')
    }
    expect(await token.balanceOf(patron.address)).toBe(100n * UNIT)
  })

  it('takes nobody else’s tokens of a kind that swallows any permit', async () => {
    const { vault, patron, stranger } = await loadFixture(deployFunded)
    const token = await deployContract('SilentToken', [], patron)
    for (const account of [patron, stranger]) await token.mint(account.address, UNIT)
    await token.approve(vault, UNIT)
    const args = [token, UNIT, NEVER, 27n, ethers.ZeroHash, ethers.ZeroHash]
    expect((await revertOf(vault.connect(stranger).depositWithPermit(...args))).name).toBe('Panic')
    await vault.connect(patron).depositWithPermit(...args)
    expect(await creditOf(vault, token, patron)).toBe(UNIT)
  })

  it('refuses the same permit twice', async () => {
    const { token, vault, patron } = await loadFixture(deployFunded)
    const args = await permitDeposit(token, patron, vault, UNIT)
    await vault.connect(patron).depositWithPermit(...args)
    expect((await revertOf(vault.connect(patron).depositWithPermit(...args))).name).toBe('ERC20InsufficientAllowance')
  })

  it('refuses an address without code', async () => {
    const { vault, patron, stranger } = await loadFixture(deployFunded)
    const args = [stranger.address, UNIT, NEVER, 27n, ethers.ZeroHash, ethers.ZeroHash]
    expect((await revertOf(vault.connect(patron).depositWithPermit(...args))).name).toBe('Vault_NotToken')
  })
})

describe('Vault.multicall', () => {
  for (const isFrontRun of [false, true]) {
    const condition = isFrontRun ? ', although the permit was front-run' : ''
    it(`sets a payer up in one transaction: deposit by permit and an operator${condition}`, async () => {
      const { token, vault, markets, patron, stranger } = await loadFixture(deployFunded)
      const args = await permitDeposit(token, patron, vault, UNIT)
      const calls = [
        vault.interface.encodeFunctionData('depositWithPermit', args),
        vault.interface.encodeFunctionData('setOperator', [await markets.getAddress(), true]),
      ]
      const [, ...permit] = args
      if (isFrontRun) await token.connect(stranger).permit(patron.address, vault, ...permit)
      await vault.connect(patron).multicall(calls)
      expect(await creditOf(vault, token, patron)).toBe(UNIT)
      expect(await vault.isOperator(patron.address, markets)).toBe(true)
    })
  }

  it('does all or nothing', async () => {
    const { token, vault, markets, patron } = await loadFixture(deployFunded)
    const calls = [
      vault.interface.encodeFunctionData('setOperator', [await markets.getAddress(), true]),
      vault.interface.encodeFunctionData('withdraw', [await token.getAddress(), 1n, patron.address]),
    ]
    expect((await revertOf(vault.connect(patron).multicall(calls))).name).toBe('ERC6909InsufficientBalance')
    expect(await vault.isOperator(patron.address, markets)).toBe(false)
  })
})
