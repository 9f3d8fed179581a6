import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture, type Signer } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { NEVER, UNIT } from '../support/defaults.ts'
import { deployVault } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { signPermit } from '../support/payment.ts'

async function deployFunded() {
  const fixture = await deployVault()
  await fixture.token.mint(fixture.patron.address, 100n * UNIT)
  return fixture
}

async function signedDeposit(vault: Contract, token: Contract, owner: Signer, amount: bigint) {
  const { v, r, s } = await signPermit(token, owner, await vault.getAddress(), amount)
  return [await token.getAddress(), owner.address, amount, NEVER, v, r, s] as const
}

async function creditOf(vault: Contract, token: Contract, account: Signer): Promise<bigint> {
  return vault.balanceOf(account.address, BigInt(await token.getAddress()))
}

describe('Vault.depositWithPermit', () => {
  it('deposits for the owner without a transaction of approval', async () => {
    const { token, vault, patron } = await loadFixture(deployFunded)
    await vault.connect(patron).depositWithPermit(...(await signedDeposit(vault, token, patron, UNIT)))
    expect(await creditOf(vault, token, patron)).toBe(UNIT)
  })

  describe('when a stranger submits it', () => {
    it('credits the owner', async () => {
      const { token, vault, patron, stranger } = await loadFixture(deployFunded)
      await vault.connect(stranger).depositWithPermit(...(await signedDeposit(vault, token, patron, UNIT)))
      expect(await creditOf(vault, token, patron)).toBe(UNIT)
      expect(await creditOf(vault, token, stranger)).toBe(0n)
    })

    it('refuses a permit that is not the owner’s, even if the owner has an allowance standing', async () => {
      const { token, vault, patron, stranger } = await loadFixture(deployFunded)
      await token.connect(patron).approve(vault, 100n * UNIT)
      const { v, r, s } = await signPermit(token, stranger, await vault.getAddress(), UNIT)
      const call = vault.connect(stranger).depositWithPermit(token, patron.address, UNIT, NEVER, v, r, s)
      expect(await revertOf(call)).toEqual({
        name: 'Vault_BadPermit',
        args: [await token.getAddress(), patron.address],
      })
    })

    it('refuses a token that swallows any permit', async () => {
      const { vault, patron, stranger } = await loadFixture(deployFunded)
      const token = await deployContract('SilentToken', [], patron)
      await token.mint(patron.address, UNIT)
      await token.approve(vault, UNIT)
      const args = [token, patron.address, UNIT, NEVER, 27n, ethers.ZeroHash, ethers.ZeroHash]
      const { name } = await revertOf(vault.connect(stranger).depositWithPermit(...args))
      expect(name).toBe('Vault_BadPermit')
    })
  })

  describe('when the permit was front-run', () => {
    it('still serves the owner', async () => {
      const { token, vault, patron, stranger } = await loadFixture(deployFunded)
      const args = await signedDeposit(vault, token, patron, UNIT)
      const [, owner, amount, deadline, v, r, s] = args
      await token.connect(stranger).permit(owner, vault, amount, deadline, v, r, s)
      await vault.connect(patron).depositWithPermit(...args)
      expect(await creditOf(vault, token, patron)).toBe(UNIT)
    })
  })

  it('refuses the same permit twice', async () => {
    const { token, vault, patron, stranger } = await loadFixture(deployFunded)
    const args = await signedDeposit(vault, token, patron, UNIT)
    await vault.connect(stranger).depositWithPermit(...args)
    expect((await revertOf(vault.connect(stranger).depositWithPermit(...args))).name).toBe('Vault_BadPermit')
    expect((await revertOf(vault.connect(patron).depositWithPermit(...args))).name).toBe('ERC20InsufficientAllowance')
  })

  it('refuses an address without code', async () => {
    const { vault, patron, stranger } = await loadFixture(deployFunded)
    const args = [stranger.address, patron.address, UNIT, NEVER, 27n, ethers.ZeroHash, ethers.ZeroHash]
    expect((await revertOf(vault.connect(patron).depositWithPermit(...args))).name).toBe('Vault_NotToken')
  })
})

describe('Vault.multicall', () => {
  it('sets a payer up in one transaction: deposit by permit and an operator', async () => {
    const { token, vault, markets, patron } = await loadFixture(deployFunded)
    await vault
      .connect(patron)
      .multicall([
        vault.interface.encodeFunctionData('depositWithPermit', await signedDeposit(vault, token, patron, UNIT)),
        vault.interface.encodeFunctionData('setOperator', [await markets.getAddress(), true]),
      ])
    expect(await creditOf(vault, token, patron)).toBe(UNIT)
    expect(await vault.isOperator(patron.address, markets)).toBe(true)
  })

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
