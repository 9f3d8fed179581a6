import { describe, expect, it } from 'vitest'
import { loadFixture } from '../support/chain.ts'
import { NEVER, SHARE, UNIT } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { gasOf } from '../support/outcome.ts'
import { FROM_VAULT, permitPayment } from '../support/payment.ts'

/** Steady state: every balance slot is in use, the patron's first permit is behind, and revenue drips. */
async function deploySteady() {
  const fixture = await deployMarket()
  const { token, vault, markets, market, patron, whale } = fixture
  const asPatron = markets.connect(patron)
  const fundByPermit = async () => {
    const payment = await permitPayment(token, patron, await markets.getAddress(), UNIT)
    return asPatron.fund(market, UNIT, 0n, NEVER, payment)
  }
  await token.mint(patron.address, 10n * UNIT)
  await markets.connect(whale).addRevenue(market, 100n * UNIT, FROM_VAULT)
  await fundByPermit()
  await asPatron.fund(market, 10n * UNIT, 0n, NEVER, FROM_VAULT)
  return { ...fixture, asPatron, asVaultUser: vault.connect(patron), fundByPermit }
}

describe('gas stays within the targets of the protocol', () => {
  it('fund from the Vault: 165,000', async () => {
    const { asPatron, market } = await loadFixture(deploySteady)
    expect(await gasOf(asPatron.fund(market, UNIT, 0n, NEVER, FROM_VAULT))).toBeLessThanOrEqual(165_000)
  })

  it('fund by permit: 195,000', async () => {
    const { fundByPermit } = await loadFixture(deploySteady)
    expect(await gasOf(fundByPermit())).toBeLessThanOrEqual(195_000)
  })

  it('redeem: 150,000', async () => {
    const { asPatron, market, patron } = await loadFixture(deploySteady)
    const redemption = asPatron.redeem(market, SHARE / 2n, 0n, NEVER, patron.address)
    expect(await gasOf(redemption)).toBeLessThanOrEqual(150_000)
  })

  it('withdraw: 52,000', async () => {
    const { asVaultUser, token, patron } = await loadFixture(deploySteady)
    expect(await gasOf(asVaultUser.withdraw(token, UNIT, patron.address))).toBeLessThanOrEqual(52_000)
  })
})
