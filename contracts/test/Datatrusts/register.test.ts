import { describe, expect, it } from 'vitest'
import { ethers, loadFixture, now, passSeconds } from '../support/chain.ts'
import { deployVault } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { deployDatatrust, FINGERPRINT, URL_OF_DATATRUST } from './fixture.ts'

describe('Datatrusts.register', () => {
  it('gives out 1, 2, 3, ... and records what the caller says', async () => {
    const { datatrusts, token, operator, signer, payout } = await loadFixture(deployVault)
    const args = [signer.address, payout.address, token, FINGERPRINT, URL_OF_DATATRUST]
    expect(await eventsOf(datatrusts.connect(operator).register(...args), datatrusts)).toEqual([
      { name: 'DatatrustRegistered', args: [1n, operator.address, await token.getAddress()] },
      {
        name: 'DatatrustUpdated',
        args: [1n, signer.address, payout.address, FINGERPRINT, URL_OF_DATATRUST],
      },
    ])
    expect(await datatrusts.connect(operator).register.staticCall(...args)).toBe(2n)
    expect((await datatrusts.get(1n)).toObject()).toEqual({
      operator: operator.address,
      signer: signer.address,
      payout: payout.address,
      asset: await token.getAddress(),
      bond: 0n,
      unbonding: 0n,
      unbondedAt: 0n,
      keyFingerprint: FINGERPRINT,
      url: URL_OF_DATATRUST,
    })
  })

  it('refuses a zero address', async () => {
    const { datatrusts, token, signer, payout } = await loadFixture(deployVault)
    const given = [signer.address, payout.address, await token.getAddress()]
    for (const index of [0, 1, 2]) {
      const addresses = given.with(index, ethers.ZeroAddress)
      const call = datatrusts.register(...addresses, FINGERPRINT, URL_OF_DATATRUST)
      expect(await revertOf(call)).toEqual({ name: 'Datatrusts_ZeroAddress', args: [] })
    }
  })

  it.each([0, 257])('refuses a URL of %i bytes', async (length) => {
    const { datatrusts, token, signer, payout } = await loadFixture(deployVault)
    const call = datatrusts.register(signer.address, payout.address, token, FINGERPRINT, 'u'.repeat(length))
    expect(await revertOf(call)).toEqual({ name: 'Datatrusts_BadUrl', args: [BigInt(length)] })
  })
})

describe('Datatrusts.update', () => {
  it('replaces signer, payout, key and URL, and nothing else', async () => {
    const { datatrusts, id, operator, payout, stranger } = await loadFixture(deployDatatrust)
    const before = (await datatrusts.get(id)).toObject()
    const args = [id, stranger.address, payout.address, ethers.id('new key'), 'https://new.example']
    const update = datatrusts.connect(operator).update(...args)
    expect(await eventsOf(update, datatrusts)).toEqual([{ name: 'DatatrustUpdated', args }])
    expect((await datatrusts.get(id)).toObject()).toEqual({
      ...before,
      signer: stranger.address,
      keyFingerprint: ethers.id('new key'),
      url: 'https://new.example',
    })
    expect(await datatrusts.signerOf(id)).toBe(stranger.address)
  })

  it('answers for what the former signer signed until 21 days later, and for nobody else', async () => {
    const { datatrusts, id, operator, payout, signer, stranger } = await loadFixture(deployDatatrust)
    const update = (next: string) => datatrusts.connect(operator).update(id, next, payout.address, FINGERPRINT, 'u')
    const answers = (account: { address: string }) => datatrusts.answersFor(id, account.address)
    await update(signer.address)
    expect([await answers(signer), await answers(stranger)]).toEqual([true, false])
    await update(stranger.address)
    const until = (await now()) + Number(await datatrusts.UNBONDING_SECONDS())
    expect([await answers(signer), await answers(stranger), await answers(operator)]).toEqual([true, true, false])
    await passSeconds(until - (await now()))
    expect(await answers(signer)).toBe(true)
    await passSeconds(1)
    expect([await answers(signer), await answers(stranger)]).toEqual([false, true])
    expect(await revertOf(datatrusts.answersFor(99n, signer.address))).toEqual({
      name: 'Datatrusts_Unknown',
      args: [99n],
    })
  })

  it('refuses everybody but the operator, the signer included', async () => {
    const { datatrusts, id, signer, payout, stranger } = await loadFixture(deployDatatrust)
    for (const caller of [signer, payout, stranger]) {
      const args = [id, caller.address, caller.address, FINGERPRINT, URL_OF_DATATRUST]
      expect(await revertOf(datatrusts.connect(caller).update(...args))).toEqual({
        name: 'Datatrusts_NotOperator',
        args: [id, caller.address],
      })
    }
  })
})

describe('Datatrusts views', () => {
  it('tell Orders what it needs in one call', async () => {
    const { datatrusts, id, token, signer, payout } = await loadFixture(deployDatatrust)
    const terms = await datatrusts.terms(id)
    expect(terms.toArray()).toEqual([signer.address, payout.address, await token.getAddress(), 0n])
  })

  it('refuse an unknown id', async () => {
    const { datatrusts } = await loadFixture(deployDatatrust)
    for (const id of [0n, 2n]) {
      const refusal = { name: 'Datatrusts_Unknown', args: [id] }
      expect(await revertOf(datatrusts.get(id))).toEqual(refusal)
      expect(await revertOf(datatrusts.terms(id))).toEqual(refusal)
      expect(await revertOf(datatrusts.signerOf(id))).toEqual(refusal)
    }
  })
})
