import { describe, expect, it } from 'vitest'
import { ethers, now, provider, setNextTimestamp } from '../support/chain.ts'
import { CONFIG, DAY, UNIT } from '../support/defaults.ts'
import { createMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { COMPUTE_PRICE, publish, revealedRun, sell } from '../support/trade.ts'
import {
  BOND,
  bountyOf,
  challenged,
  deployCuration,
  type Fixture,
  gains,
  HELD,
  opened,
  STATUS,
  votes,
  whenClosed,
  whenLapsed,
} from './fixture.ts'

/** What `resolve` brings opener, maker, Curation (which keeps the voters' part) and the bounty. */
async function payouts(fixture: Fixture, poll: bigint) {
  const { curation, stranger, maker } = fixture
  const before = await bountyOf(fixture)
  const money = await gains(fixture, [stranger, maker, curation], () => curation.resolve(poll))
  return [...money, (await bountyOf(fixture)) - before]
}

describe('Curation.resolve of a challenge', () => {
  it('that passed removes the listing and pays from its bond', async () => {
    const fixture = await deployCuration()
    const { curation, listings, orders, listing, ann, bob } = fixture
    await sell(fixture, { listing, name: 'live' })
    const poll = await challenged(fixture)
    await votes(curation, poll, [ann], [bob])
    await whenClosed(curation, poll)
    const [opener, maker, kept, bounty] = await payouts(fixture, poll)
    const prize = (CONFIG.listingBond * 4_000n) / 10_000n
    const voters = (CONFIG.listingBond * 1_000n) / 10_000n
    expect([opener, maker]).toEqual([BOND + prize, 0n])
    expect(bounty).toBe(CONFIG.listingBond - prize - voters)
    expect(kept).toBe(voters - BOND)
    expect((await curation.get(poll)).votersPart).toBe(voters)
    expect(await listings.isOpen(listing)).toBe(false)
    expect((await listings.get(listing)).exitAt).toBe(BigInt(await now()))
    expect((await orders.accrualOf(listing)).rewarded).toBe(CONFIG.listReward)
    expect((await revertOf(listings.returnBond(listing))).name).toBe('Listings_BondHeld')
    expect(await curation.openPollOf(listing)).toBe(0n)
  })

  it('that passed leaves no reward for what was sold before and is settled afterwards, be it the first sale', async () => {
    const fixture = await deployCuration()
    const { curation, orders, listing, maker, ann } = fixture
    const { deal, goodsHash, deliveryHash } = await revealedRun(fixture, { listing, name: 'live' })
    const poll = await challenged(fixture)
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    const before = await bountyOf(fixture)
    const settle = () => orders.settle([{ deal, goodsHash, deliveryHash, acceptance: '0x' }])
    expect(await gains(fixture, [maker], settle)).toEqual([(COMPUTE_PRICE * CONFIG.makerBps) / 10_000n])
    expect(await bountyOf(fixture)).toBe(before)
  })

  it('says where the bonds went', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, ann } = fixture
    const poll = await challenged(fixture)
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    const events = await eventsOf(curation.connect(stranger).resolve(poll), curation)
    expect(events).toEqual([
      { name: 'PollResolved', args: [poll, STATUS.PASSED, 14n * UNIT, 0n, 1n * UNIT, 5n * UNIT] },
    ])
  })

  it('that was rejected pays the maker, the voters and the bounty from the challenger’s bond', async () => {
    const fixture = await deployCuration()
    const { curation, listings, listing, bob, cat } = fixture
    const poll = await challenged(fixture)
    await votes(curation, poll, [cat], [bob])
    await whenClosed(curation, poll)
    expect(await payouts(fixture, poll)).toEqual([0n, 4n * UNIT, -9n * UNIT, 5n * UNIT])
    expect(await listings.heldUntil(listing)).toBe(0n)
    expect(await listings.isOpen(listing)).toBe(true)
  })

  it('rounds every part down and gives the bounty what is left', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, maker, whale } = fixture
    const config = { challengeBond: 10_000_019n, listingBond: 10_000_009n, challengeFeeBps: 3_333n }
    const { market } = await createMarket(fixture, { creator: whale, salt: BYTES, config, seed: 9n * UNIT })
    const bounty = async () => (await fixture.markets.reserveOf(market)).bounty as bigint
    for (const [index, [isYes, opener, toMaker, toBounty]] of (
      [
        [true, 10_000_019n + 4_000_003n, 0n, 5_000_006n],
        [false, 0n, 4_000_007n, 5_000_011n],
        [undefined, 10_000_019n - 3_333_006n, 3_333_006n, 0n],
      ] as const
    ).entries()) {
      const listing = await publish(fixture, `odd ${index}`, market)
      const opening = curation.connect(stranger).challenge(listing, '', FROM_VAULT)
      const poll = await opened(fixture, opening)
      if (isYes !== undefined) await curation.connect(whale).vote(poll, isYes)
      await whenClosed(curation, poll)
      const before = await bounty()
      const money = await gains(fixture, [stranger, maker], () => curation.resolve(poll))
      expect([...money, (await bounty()) - before]).toEqual([opener, toMaker, toBounty])
      if (isYes === false) await setNextTimestamp((await now()) + 15 * DAY)
    }
  })

  it('needs more yes than no', async () => {
    const fixture = await deployCuration()
    const { curation, share, bob, cat, ann } = fixture
    await share.connect(bob).transfer(ann.address, HELD.bob - HELD.cat)
    const poll = await challenged(fixture)
    await votes(curation, poll, [bob], [cat])
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    expect((await curation.get(poll)).status).toBe(STATUS.REJECTED)
  })

  it('decides nothing below the quorum, and only the challenger pays a fee', async () => {
    const fixture = await deployCuration()
    const { curation, listings, listing, fay } = fixture
    const poll = await challenged(fixture)
    await votes(curation, poll, [fay])
    await whenClosed(curation, poll)
    expect(await payouts(fixture, poll)).toEqual([9n * UNIT, 1n * UNIT, -BOND, 0n])
    expect((await curation.get(poll)).status).toBe(STATUS.NO_QUORUM)
    expect(await curation.claimable(poll, fay.address)).toBe(0n)
    expect(await listings.isOpen(listing)).toBe(true)
  })

  it('decides at the quorum to the share', async () => {
    const fixture = await deployCuration()
    const { curation, dan } = fixture
    const poll = await challenged(fixture)
    await votes(curation, poll, [dan])
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    expect((await curation.get(poll)).status).toBe(STATUS.PASSED)
  })

  it('comes strictly after the last vote', async () => {
    const fixture = await deployCuration()
    const { curation } = fixture
    const poll = await challenged(fixture)
    const { closesAt } = await curation.get(poll)
    await setNextTimestamp(Number(closesAt))
    expect(await revertOf(curation.resolve(poll))).toEqual({ name: 'Curation_StillOpen', args: [poll, closesAt] })
    await setNextTimestamp(Number(closesAt) + 1)
    await curation.resolve(poll)
  })

  it('decides up to the last second of 7 days', async () => {
    const fixture = await deployCuration()
    const { curation, ann } = fixture
    const poll = await challenged(fixture)
    await votes(curation, poll, [ann])
    await setNextTimestamp(Number((await curation.get(poll)).closesAt) + 7 * DAY)
    await curation.resolve(poll)
    expect((await curation.get(poll)).status).toBe(STATUS.PASSED)
  })

  it('has lapsed after that: everything stays, and the bond comes back whole', async () => {
    const fixture = await deployCuration()
    const { curation, listings, listing, ann } = fixture
    const poll = await challenged(fixture)
    await votes(curation, poll, [ann])
    await whenLapsed(curation, poll)
    expect(await payouts(fixture, poll)).toEqual([BOND, 0n, -BOND, 0n])
    expect((await curation.get(poll)).status).toBe(STATUS.LAPSED)
    expect(await curation.claimable(poll, ann.address)).toBe(0n)
    expect(await listings.isOpen(listing)).toBe(true)
  })

  it('is once', async () => {
    const fixture = await deployCuration()
    const { curation } = fixture
    const poll = await challenged(fixture)
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    expect(await revertOf(curation.resolve(poll))).toEqual({
      name: 'Curation_Resolved',
      args: [poll, STATUS.NO_QUORUM],
    })
    expect(await revertOf(curation.resolve(7n))).toEqual({ name: 'Curation_Unknown', args: [7n] })
  })

  it('pays out although the maker’s bond is gone', async () => {
    const fixture = await deployCuration()
    const { curation, listings, listing, maker, whale, ann, bob, stranger } = fixture
    // One challenge delays an exit; the next one finds the bond paid back before its poll is over.
    const first = await opened(fixture, curation.connect(whale).challenge(listing, '', FROM_VAULT))
    await votes(curation, first, [], [bob])
    await setNextTimestamp(Number((await curation.get(first)).closesAt))
    await listings.connect(maker).exit(listing)
    await curation.resolve(first)
    const second = await challenged(fixture)
    await curation.connect(ann).vote(second, true)
    await setNextTimestamp(Number((await listings.get(listing)).exitAt) + 1)
    await listings.returnBond(listing)
    await whenClosed(curation, second)
    expect(await gains(fixture, [stranger], () => curation.resolve(second))).toEqual([BOND])
    expect((await curation.get(second)).votersPart).toBe(0n)
  })

  it('burns the bounty’s part when the bounty is full', async () => {
    const fixture = await deployCuration()
    const { curation, markets, market, listings, listing, bob } = fixture
    const full = 2n ** 128n - 1n
    // Filling it by `addBounty` takes 2^16 calls: the word that holds k and the bounty is written instead.
    const words = ethers.AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [market, 0n])
    const slot = ethers.toBeHex(BigInt(ethers.keccak256(words)) + 6n, 32)
    const address = await markets.getAddress()
    const word = BigInt(await ethers.provider.getStorage(address, slot))
    const filled = ethers.toBeHex((full << 128n) | (word & full), 32)
    await provider.request({ method: 'hardhat_setStorageAt', params: [address, slot, filled] })
    expect(await bountyOf(fixture)).toBe(full)
    const poll = await challenged(fixture)
    await votes(curation, poll, [], [bob])
    await whenClosed(curation, poll)
    const dead = await ethers.getImpersonatedSigner('0x000000000000000000000000000000000000dEaD')
    expect(await gains(fixture, [dead], () => curation.resolve(poll))).toEqual([5n * UNIT])
    expect(await bountyOf(fixture)).toBe(full)
    expect(await listings.isOpen(listing)).toBe(true)
  })
})

const BYTES = `0x${'22'.repeat(32)}`
