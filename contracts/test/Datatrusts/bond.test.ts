import { describe, expect, it } from 'vitest'
import { ethers, loadFixture, now, passSeconds, setNextTimestamp } from '../support/chain.ts'
import { DAY, UNIT } from '../support/defaults.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { deployDatatrust } from './fixture.ts'

const BOND = 1_000n * UNIT

async function deployBonded() {
  const fixture = await deployDatatrust()
  await fixture.datatrusts.connect(fixture.operator).bond(fixture.id, BOND, FROM_VAULT)
  return fixture
}

async function deployUnbonding() {
  const fixture = await deployBonded()
  await fixture.datatrusts.connect(fixture.operator).unbond(fixture.id, BOND / 2n)
  const { unbondedAt } = await fixture.datatrusts.get(fixture.id)
  return { ...fixture, unbondedAt: Number(unbondedAt) }
}

describe('Datatrusts.bond', () => {
  it('adds to the bond and holds it in the Vault', async () => {
    const { datatrusts, vault, token, id, operator } = await loadFixture(deployDatatrust)
    await datatrusts.connect(operator).bond(id, BOND, FROM_VAULT)
    const again = datatrusts.connect(operator).bond(id, UNIT, FROM_VAULT)
    expect(await eventsOf(again, datatrusts)).toEqual([{ name: 'Bonded', args: [id, UNIT, BOND + UNIT] }])
    expect((await datatrusts.terms(id)).bonded).toBe(BOND + UNIT)
    expect(await vault.balanceOf(datatrusts, BigInt(await token.getAddress()))).toBe(BOND + UNIT)
  })

  it.each([0n, 2n ** 96n])('refuses %s', async (amount) => {
    const { datatrusts, id, operator } = await loadFixture(deployDatatrust)
    expect(await revertOf(datatrusts.connect(operator).bond(id, amount, FROM_VAULT))).toEqual({
      name: 'Datatrusts_BadAmount',
      args: [amount, 2n ** 96n - 1n],
    })
  })

  it('refuses an unknown datatrust', async () => {
    const { datatrusts, operator } = await loadFixture(deployDatatrust)
    const { name } = await revertOf(datatrusts.connect(operator).bond(9n, UNIT, FROM_VAULT))
    expect(name).toBe('Datatrusts_Unknown')
  })
})

describe('Datatrusts.unbond', () => {
  it('takes the amount off the bond at once and starts the wait', async () => {
    const { datatrusts, id, operator } = await loadFixture(deployBonded)
    const unbond = datatrusts.connect(operator).unbond(id, 400n * UNIT)
    const [event] = await eventsOf(unbond, datatrusts)
    const unbondedAt = BigInt((await now()) + 21 * DAY)
    expect(event).toEqual({ name: 'UnbondingStarted', args: [id, 400n * UNIT, unbondedAt] })
    const record = await datatrusts.get(id)
    expect([record.bond, record.unbonding, record.unbondedAt]).toEqual([600n * UNIT, 400n * UNIT, unbondedAt])
  })

  it('starts the wait again for all when more is unbonded', async () => {
    const { datatrusts, id, operator, unbondedAt } = await loadFixture(deployUnbonding)
    await passSeconds(20 * DAY)
    await datatrusts.connect(operator).unbond(id, 1n)
    const record = await datatrusts.get(id)
    expect(record.unbonding).toBe(BOND / 2n + 1n)
    expect(Number(record.unbondedAt)).toBeGreaterThan(unbondedAt + 19 * DAY)
  })

  it.each([0n, BOND + 1n])('refuses %s of a bond of 1,000 units', async (amount) => {
    const { datatrusts, id, operator } = await loadFixture(deployBonded)
    expect(await revertOf(datatrusts.connect(operator).unbond(id, amount))).toEqual({
      name: 'Datatrusts_BadAmount',
      args: [amount, BOND],
    })
  })

  it('refuses everybody but the operator', async () => {
    const { datatrusts, id, signer, stranger } = await loadFixture(deployBonded)
    for (const caller of [signer, stranger]) {
      const { name } = await revertOf(datatrusts.connect(caller).unbond(id, 1n))
      expect(name).toBe('Datatrusts_NotOperator')
    }
  })
})

describe('Datatrusts.withdrawBond', () => {
  it('credits what has unbonded, strictly after the wait', async () => {
    const { datatrusts, vault, token, id, operator, stranger, unbondedAt } = await loadFixture(deployUnbonding)
    const asOperator = datatrusts.connect(operator)
    await setNextTimestamp(unbondedAt)
    expect(await revertOf(asOperator.withdrawBond(id, stranger.address))).toEqual({
      name: 'Datatrusts_Unbonding',
      args: [id, BigInt(unbondedAt)],
    })

    await setNextTimestamp(unbondedAt + 1)
    const withdrawal = asOperator.withdrawBond(id, stranger.address)
    expect(await eventsOf(withdrawal, datatrusts)).toEqual([
      { name: 'BondWithdrawn', args: [id, BOND / 2n, stranger.address] },
    ])
    expect(await vault.balanceOf(stranger.address, BigInt(await token.getAddress()))).toBe(BOND / 2n)
    const record = await datatrusts.get(id)
    expect([record.bond, record.unbonding, record.unbondedAt]).toEqual([BOND / 2n, 0n, 0n])
  })

  it('refuses a second time, and when nothing is unbonding', async () => {
    const { datatrusts, id, operator, unbondedAt } = await loadFixture(deployUnbonding)
    const asOperator = datatrusts.connect(operator)
    await setNextTimestamp(unbondedAt + 1)
    await asOperator.withdrawBond(id, operator.address)
    expect(await revertOf(asOperator.withdrawBond(id, operator.address))).toEqual({
      name: 'Datatrusts_Unbonding',
      args: [id, 0n],
    })
  })

  it('refuses everybody but the operator', async () => {
    const { datatrusts, id, payout, unbondedAt } = await loadFixture(deployUnbonding)
    await setNextTimestamp(unbondedAt + 1)
    const { name } = await revertOf(datatrusts.connect(payout).withdrawBond(id, payout.address))
    expect(name).toBe('Datatrusts_NotOperator')
  })

  it('refuses to credit nobody', async () => {
    const { datatrusts, id, operator, unbondedAt } = await loadFixture(deployUnbonding)
    await setNextTimestamp(unbondedAt + 1)
    const { name } = await revertOf(datatrusts.connect(operator).withdrawBond(id, ethers.ZeroAddress))
    expect(name).toBe('ERC6909InvalidReceiver')
  })
})
