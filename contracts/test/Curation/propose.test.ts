import { describe, expect, it } from 'vitest'
import { ethers, now, passSeconds } from '../support/chain.ts'
import { CONFIG, DAY, UNIT } from '../support/defaults.ts'
import { createMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { ACCESS, place, publish } from '../support/trade.ts'
import { BOND, bountyOf, deployCuration, gains, opened, STATUS, votes, whenClosed, whenLapsed } from './fixture.ts'

const CHANGED = { ...CONFIG, makerBps: 6_500n, pollSeconds: BigInt(2 * DAY) }

async function withProposal(config = CHANGED) {
  const fixture = await deployCuration()
  const { curation, stranger, market } = fixture
  const poll = await opened(fixture, curation.connect(stranger).proposeConfig(market, config, FROM_VAULT))
  return { ...fixture, fixture, poll }
}

async function withAdmission() {
  const fixture = await deployCuration()
  const { curation, stranger, market } = fixture
  const opening = curation.connect(stranger).proposeAdmission(market, 1n, true, FROM_VAULT)
  return { ...fixture, fixture, opening, poll: await opened(fixture, opening) }
}

describe('Curation.proposeConfig', () => {
  it('that passes schedules the config behind the timelock, and the bond comes back', async () => {
    const { fixture, curation, markets, market, stranger, poll, ann } = await withProposal()
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    expect(await gains(fixture, [stranger], () => curation.resolveConfig(poll, CHANGED))).toEqual([BOND])
    const resolvedAt = await now()
    expect((await curation.get(poll)).status).toBe(STATUS.PASSED)
    expect((await markets.configOf(market)).config.makerBps).toBe(CONFIG.makerBps)
    await passSeconds(resolvedAt + 7 * DAY - 1 - (await now()))
    expect((await markets.configOf(market)).version).toBe(1n)
    await passSeconds(1)
    const { config, version } = await markets.configOf(market)
    expect([config.toObject(), version]).toEqual([CHANGED, 2n])
  })

  it('tells the whole config', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, market } = fixture
    const opening = curation.connect(stranger).proposeConfig(market, CHANGED, FROM_VAULT)
    const [, proposed] = await eventsOf(opening, curation)
    expect(proposed).toEqual({ name: 'ConfigProposed', args: [1n, market, Object.values(CHANGED)] })
  })

  it('refuses a config outside of the hard bounds', async () => {
    const { curation, stranger, market } = await deployCuration()
    const config = { ...CONFIG, spreadBps: 5_001n }
    expect(await revertOf(curation.connect(stranger).proposeConfig(market, config, FROM_VAULT))).toEqual({
      name: 'Markets_ConfigOutOfBounds',
      args: [ethers.encodeBytes32String('spreadBps'), 5_001n, 0n, 5_000n],
    })
  })

  it('refuses a market with another admin', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, whale } = fixture
    const frozen = { creator: whale, salt: ethers.id('frozen'), seed: 9n * UNIT }
    const { market } = await createMarket(fixture, frozen)
    for (const asking of [
      curation.connect(stranger).proposeConfig(market, CONFIG, FROM_VAULT),
      curation.connect(stranger).proposeAdmission(market, 1n, true, FROM_VAULT),
    ]) {
      expect(await revertOf(asking)).toEqual({ name: 'Curation_NotAdmin', args: [market, ethers.ZeroAddress] })
    }
  })

  it('resolves with the config that was proposed and no other', async () => {
    const { curation, poll, ann } = await withProposal()
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    const { subject } = await curation.get(poll)
    const reverted = await revertOf(curation.resolveConfig(poll, CONFIG))
    expect(reverted.name).toBe('Curation_WrongSubject')
    expect(reverted.args.slice(0, 2)).toEqual([poll, subject])
    expect(await revertOf(curation.resolve(poll))).toEqual({ name: 'Curation_WrongKind', args: [poll, 1n] })
  })

  it('that is rejected changes nothing and costs the bond', async () => {
    const { fixture, curation, markets, market, stranger, poll, ann } = await withProposal()
    await votes(curation, poll, [], [ann])
    await whenClosed(curation, poll)
    const before = await bountyOf(fixture)
    const resolving = () => curation.resolveConfig(poll, CHANGED)
    expect(await gains(fixture, [stranger, curation], resolving)).toEqual([0n, -9n * UNIT])
    expect((await bountyOf(fixture)) - before).toBe(9n * UNIT)
    expect(await curation.claimable(poll, ann.address)).toBe(1n * UNIT)
    await passSeconds(8 * DAY)
    expect((await markets.configOf(market)).version).toBe(1n)
  })

  it('without quorum pays the fee to the bounty', async () => {
    const { fixture, curation, stranger, poll } = await withProposal()
    await whenClosed(curation, poll)
    const before = await bountyOf(fixture)
    const resolving = () => curation.resolveConfig(poll, CHANGED)
    expect(await gains(fixture, [stranger], resolving)).toEqual([9n * UNIT])
    expect((await bountyOf(fixture)) - before).toBe(1n * UNIT)
  })

  it('that lapsed is void however it was voted', async () => {
    const { fixture, curation, markets, market, stranger, poll, ann } = await withProposal()
    await votes(curation, poll, [ann])
    await whenLapsed(curation, poll)
    expect(await gains(fixture, [stranger], () => curation.resolveConfig(poll, CHANGED))).toEqual([BOND])
    await passSeconds(8 * DAY)
    expect((await markets.configOf(market)).version).toBe(1n)
  })
})

describe('Curation.proposeAdmission', () => {
  it('tells of whom it is about', async () => {
    const { curation, market, opening, poll } = await withAdmission()
    const [, proposed] = await eventsOf(opening as never, curation)
    expect(proposed).toEqual({ name: 'AdmissionProposed', args: [poll, market, 1n, true] })
    expect((await curation.get(poll)).subject).toBe(ethers.toBeHex((1n << 8n) | 1n, 32))
  })

  it('that passes schedules the admission, and the bond comes back', async () => {
    const { fixture, curation, markets, market, stranger, poll, ann } = await withAdmission()
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    expect(await gains(fixture, [stranger], () => curation.resolve(poll))).toEqual([BOND])
    expect(await markets.isAdmitted(market, 1n)).toBe(false)
    await passSeconds(7 * DAY)
    expect(await markets.isAdmitted(market, 1n)).toBe(true)
  })

  it('takes an admission back', async () => {
    const { fixture, curation, markets, market, stranger, poll, ann } = await withAdmission()
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    await passSeconds(7 * DAY)
    expect(await markets.isAdmitted(market, 1n)).toBe(true)
    const back = await opened(fixture, curation.connect(stranger).proposeAdmission(market, 1n, false, FROM_VAULT))
    expect((await curation.get(back)).subject).toBe(ethers.toBeHex(1n << 8n, 32))
    await votes(curation, back, [ann])
    await whenClosed(curation, back)
    await curation.resolve(back)
    expect(await markets.isAdmitted(market, 1n)).toBe(true)
    await passSeconds(7 * DAY)
    expect(await markets.isAdmitted(market, 1n)).toBe(false)
  })

  it.each([
    [[], ['ann']],
    [['fay'], []],
    [[], []],
  ] as const)('that does not pass changes nothing (%s, %s)', async (yes, no) => {
    const { curation, markets, market, poll, fixture } = await withAdmission()
    await votes(
      curation,
      poll,
      yes.map((name) => fixture[name]),
      no.map((name) => fixture[name]),
    )
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    await passSeconds(8 * DAY)
    expect(await markets.isAdmitted(market, 1n)).toBe(false)
  })

  it('refuses a datatrust that nobody registered', async () => {
    const { curation, stranger, market } = await deployCuration()
    expect(await revertOf(curation.connect(stranger).proposeAdmission(market, 9n, true, FROM_VAULT))).toEqual({
      name: 'Datatrusts_Unknown',
      args: [9n],
    })
  })

  it('decides who may publish and sell in a curated market', async () => {
    const { fixture, curation, markets, market, stranger, ann, poll, listing } = await withAdmission()
    const curated = { ...CONFIG, isCurated: true }
    const second = await opened(fixture, curation.connect(stranger).proposeConfig(market, curated, FROM_VAULT))
    await votes(curation, second, [ann])
    await whenClosed(curation, second)
    await curation.resolveConfig(second, curated)
    await curation.resolve(poll)
    await passSeconds(7 * DAY)
    const refused = { name: 'Markets_NotAdmitted', args: [market, 1n] }
    expect(await revertOf(publish(fixture, 'new'))).toEqual(refused)
    expect(await revertOf(place(fixture, ACCESS, { listing, name: 'live' }))).toEqual(refused)

    const third = await opened(fixture, curation.connect(stranger).proposeAdmission(market, 1n, true, FROM_VAULT))
    await votes(curation, third, [ann])
    await whenClosed(curation, third)
    await curation.resolve(third)
    expect(await markets.isAdmitted(market, 1n)).toBe(false)
    await passSeconds(7 * DAY)
    await publish(fixture, 'new')
    await place(fixture, ACCESS, { listing, name: 'live' })
  })
})
