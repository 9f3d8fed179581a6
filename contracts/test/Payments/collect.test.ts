import { describe, expect, it } from 'vitest'
import { deployContract, loadFixture, type Signer } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { NEVER, UNIT } from '../support/defaults.ts'
import { deployVault } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { FROM_VAULT, FROM_WALLET, permitPayment } from '../support/payment.ts'

/** The bond of a datatrust is the plainest call that takes a Payment. */
async function deployRegistered() {
  const fixture = await deployVault()
  return { ...fixture, ...(await registerFor(fixture.token, fixture)) }
}

async function registerFor(asset: Contract, fixture: { datatrusts: Contract; patron: Signer; vault: Contract }) {
  const { datatrusts, patron, vault } = fixture
  const asPatron = datatrusts.connect(patron)
  const args = [patron.address, patron.address, asset, `0x${'00'.repeat(32)}`, 'https://datatrust.example']
  const id: bigint = await asPatron.register.staticCall(...args)
  await asPatron.register(...args)
  await asset.mint(patron.address, 100n * UNIT)
  const held = async () => (await vault.balanceOf(datatrusts, BigInt(await asset.getAddress()))) as bigint
  return { id, asPatron, held }
}

describe('Payments.collect', () => {
  describe('from the Vault', () => {
    it('needs the module as operator, and the balance', async () => {
      const { asPatron, id, token, vault, datatrusts, patron, held } = await loadFixture(deployRegistered)
      await token.connect(patron).approve(vault, UNIT)
      await vault.connect(patron).deposit(token, UNIT, patron.address)
      expect((await revertOf(asPatron.bond(id, UNIT, FROM_VAULT))).name).toBe('ERC6909InsufficientAllowance')

      await vault.connect(patron).setOperator(datatrusts, true)
      expect((await revertOf(asPatron.bond(id, UNIT + 1n, FROM_VAULT))).name).toBe('ERC6909InsufficientBalance')
      await asPatron.bond(id, UNIT, FROM_VAULT)
      expect(await held()).toBe(UNIT)
    })
  })

  describe('from the wallet', () => {
    it('takes an allowance of the module, and puts the tokens straight into the Vault', async () => {
      const { asPatron, id, token, vault, datatrusts, patron, held } = await loadFixture(deployRegistered)
      expect((await revertOf(asPatron.bond(id, UNIT, FROM_WALLET))).name).toBe('ERC20InsufficientAllowance')
      await token.connect(patron).approve(datatrusts, UNIT)
      await asPatron.bond(id, UNIT, FROM_WALLET)
      expect(await held()).toBe(UNIT)
      expect(await token.balanceOf(vault)).toBe(UNIT)
      expect(await token.balanceOf(datatrusts)).toBe(0n)
    })

    it('takes a permit, in one transaction', async () => {
      const { asPatron, id, token, datatrusts, patron, held } = await loadFixture(deployRegistered)
      await asPatron.bond(id, UNIT, await permitPayment(token, patron, await datatrusts.getAddress(), UNIT))
      expect(await held()).toBe(UNIT)
    })

    it('goes through although the permit was front-run', async () => {
      const { asPatron, id, token, datatrusts, patron, stranger, held } = await loadFixture(deployRegistered)
      const payment = await permitPayment(token, patron, await datatrusts.getAddress(), UNIT)
      const { v, r, s } = payment
      await token.connect(stranger).permit(patron.address, datatrusts, UNIT, NEVER, v, r, s)
      await asPatron.bond(id, UNIT, payment)
      expect(await held()).toBe(UNIT)
    })

    it('refuses a permit for another amount', async () => {
      const { asPatron, id, token, datatrusts, patron } = await loadFixture(deployRegistered)
      const payment = await permitPayment(token, patron, await datatrusts.getAddress(), UNIT)
      expect((await revertOf(asPatron.bond(id, UNIT + 1n, payment))).name).toBe('ERC20InsufficientAllowance')
    })

    it('refuses another payer’s permit', async () => {
      const { asPatron, id, token, datatrusts, buyer } = await loadFixture(deployRegistered)
      await token.mint(buyer.address, UNIT)
      const payment = await permitPayment(token, buyer, await datatrusts.getAddress(), UNIT)
      expect((await revertOf(asPatron.bond(id, UNIT, payment))).name).toBe('ERC20InsufficientAllowance')
    })
  })

  describe('given a token that takes a fee', () => {
    async function deployFeeToken() {
      const fixture = await deployVault()
      const token = await deployContract('FeeToken', [], fixture.patron)
      await token.setFees(100n, 0n)
      return { ...fixture, token, ...(await registerFor(token, fixture)) }
    }

    it('refuses it from the wallet', async () => {
      const { asPatron, id, token, datatrusts } = await loadFixture(deployFeeToken)
      await token.approve(datatrusts, UNIT)
      expect(await revertOf(asPatron.bond(id, UNIT, FROM_WALLET))).toEqual({
        name: 'Payments_AmountMismatch',
        args: [await token.getAddress(), UNIT, (UNIT * 99n) / 100n],
      })
    })

    it('takes it from the Vault, where it was deposited', async () => {
      const { asPatron, id, token, vault, datatrusts, patron, held } = await loadFixture(deployFeeToken)
      await token.approve(vault, 100n * UNIT)
      await vault.connect(patron).deposit(token, 100n * UNIT, patron.address)
      await vault.connect(patron).setOperator(datatrusts, true)
      await asPatron.bond(id, 99n * UNIT, FROM_VAULT)
      expect(await held()).toBe(99n * UNIT)
    })
  })

  describe('given a token that calls back', () => {
    async function deployCallbackToken() {
      const fixture = await deployVault()
      const token = await deployContract('CallbackToken', [], fixture.patron)
      const registered = await registerFor(token, fixture)
      await token.approve(fixture.datatrusts, 100n * UNIT)
      return { ...fixture, token, ...registered }
    }

    it('cannot enter the module again', async () => {
      const { asPatron, id, token, datatrusts } = await loadFixture(deployCallbackToken)
      const again = datatrusts.interface.encodeFunctionData('bond', [id, 1n, FROM_WALLET])
      await token.setCallback(datatrusts, again)
      expect((await revertOf(asPatron.bond(id, UNIT, FROM_WALLET))).name).toBe('ReentrancyGuardReentrantCall')
    })

    it('cannot close the opening of the module, or deposit within it', async () => {
      const { asPatron, id, token, vault, patron } = await loadFixture(deployCallbackToken)
      const asset = await token.getAddress()
      await token.setCallback(vault, vault.interface.encodeFunctionData('close', [asset, patron.address]))
      expect((await revertOf(asPatron.bond(id, UNIT, FROM_WALLET))).name).toBe('Vault_NotOpen')
      await token.setCallback(vault, vault.interface.encodeFunctionData('deposit', [asset, 1n, patron.address]))
      expect((await revertOf(asPatron.bond(id, UNIT, FROM_WALLET))).name).toBe('Vault_Open')
    })
  })

  it('refuses an asset without code', async () => {
    const { datatrusts, patron, stranger } = await loadFixture(deployRegistered)
    const asPatron = datatrusts.connect(patron)
    const args = [patron.address, patron.address, stranger.address, `0x${'00'.repeat(32)}`, 'https://x.example']
    await asPatron.register(...args)
    expect(await revertOf(asPatron.bond(2n, UNIT, FROM_WALLET))).toEqual({
      name: 'Vault_NotToken',
      args: [stranger.address],
    })
  })
})
