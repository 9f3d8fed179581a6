import { describe, expect, it } from 'vitest'
import {
  BOND,
  challenged,
  deployCuration,
  type Fixture,
  gains,
  HELD,
  opened,
  STATUS,
  votes,
  whenClosed,
} from '../Curation/fixture.ts'
import { activeSignals, deploySignals, noonIn, PART, sold } from '../Signals/fixture.ts'
import { ethers, now, type Signer, setNextTimestamp } from '../support/chain.ts'
import { CONFIG, DAY, HOUR, NEVER, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { fulfilledRun, publish } from '../support/trade.ts'

describe('A curator', () => {
  it('gets nothing of a sale by signalling within the waiting time, however large the signal', async () => {
    const fixture = await deploySignals()
    const { signals, share, listing, ann, bob } = fixture
    await activeSignals(fixture, [bob, 1n])
    await share.connect(fixture.cat).transfer(ann.address, HELD.cat)
    await signals.connect(ann).signal(listing, HELD.ann + HELD.cat)
    for (let day = 0; day < 2; day += 1) {
      await sold(fixture)
      if (day === 0) await noonIn(1)
    }
    const leave = () => signals.connect(ann).withdraw(listing, HELD.ann + HELD.cat)
    expect(await gains(fixture, [ann], leave)).toEqual([0n])
    expect(await gains(fixture, [ann], () => signals.connect(ann).claim([listing]))).toEqual([0n])
    expect(await signals.claimable(listing, bob.address)).toBeGreaterThanOrEqual(2n * PART - 1n)
  })

  it('has one signal for one share, whatever is moved on', async () => {
    const { signals, share, listing, ann, bob, eve } = await deploySignals()
    await signals.connect(ann).signal(listing, HELD.ann)
    expect((await revertOf(share.connect(ann).transfer(eve.address, 1n))).name).toBe('Share_Encumbered')
    await share.connect(bob).transfer(ann.address, SHARE)
    await share.connect(ann).transfer(eve.address, SHARE)
    await signals.connect(eve).signal(listing, SHARE)
    expect((await signals.totalOf(listing)).pending).toBe(HELD.ann + SHARE)
  })

  it('cannot vote, sell and buy back: the shares stay to the end', async () => {
    const fixture = await deployCuration()
    const { curation, markets, market, listing, ann } = fixture
    const poll = await challenged(fixture)
    await curation.connect(ann).vote(poll, true)
    const selling = () => markets.connect(ann).redeem(market, HELD.ann, 0n, NEVER, ann.address)
    expect((await revertOf(selling())).name).toBe('Share_Encumbered')
    await setNextTimestamp(Number((await curation.get(poll)).closesAt) + DAY)
    expect((await revertOf(selling())).name).toBe('Share_Encumbered')
    expect(await curation.openPollOf(listing)).toBe(poll)
  })

  it('who challenges again and again pays each time, and holds neither sales nor exit longer than once', async () => {
    const fixture = await deployCuration()
    const { curation, listings, listing, maker, stranger } = fixture
    const harass = async () => {
      const poll = await challenged(fixture)
      await whenClosed(curation, poll)
      await curation.resolve(poll)
      expect(await listings.isOpen(listing)).toBe(true)
    }
    const [loss, gain] = await gains(fixture, [stranger, maker], async () => {
      for (let time = 0; time < 3; time += 1) await harass()
    })
    expect([loss, gain]).toEqual([-3n * UNIT, 3n * UNIT])

    await challenged(fixture)
    await listings.connect(maker).exit(listing)
    const { exitAt } = await listings.get(listing)
    await setNextTimestamp(Number(await listings.heldUntil(listing)) + 1)
    await listings.returnBond(listing)
    expect(BigInt(await now()) - exitAt).toBeLessThanOrEqual(BigInt(9 * DAY))
  })

  it('with all votes of a market of their own never reaches a datatrust’s bond', async () => {
    const fixture = await deployCuration()
    const { curation, datatrusts, markets, buyer, payout } = fixture
    const config = { ...CONFIG, minBond: 0n }
    const { market } = await createMarket(fixture, {
      creator: buyer,
      salt: ethers.id('private'),
      seed: 100n * UNIT,
      config,
    })
    const listing = await publish(fixture, 'private', market)
    await setNextTimestamp((await now()) + Number(CONFIG.activationSeconds))
    const arbiter = await curation.getAddress()
    const run = await fulfilledRun(
      { ...fixture, market },
      { listing, name: 'private', deal: { arbiter, placeBy: BigInt((await now()) + 4 * DAY + HOUR) } },
    )
    const { bond } = await datatrusts.get(1n)
    const disputing = curation
      .connect(buyer)
      .dispute(run.deal, run.goodsHash, run.deliveryHash, 'because I say so', FROM_VAULT)
    const poll = await opened(fixture, disputing)
    await curation.connect(buyer).vote(poll, true)
    const challenge = await challenged(fixture, listing)
    await curation.connect(buyer).vote(challenge, true)
    await whenClosed(curation, challenge)
    await curation.resolve(challenge)
    const before = await markets.reserveOf(market)
    const resolving = () => curation.resolveDispute(poll, run.deal, run.goodsHash, run.deliveryHash)
    const [toOperator] = await gains(fixture, [payout], resolving)
    // The operator has worked for nothing, having named this arbiter; that is all.
    expect(toOperator).toBe(0n)
    expect((await datatrusts.get(1n)).bond).toBe(bond)
    const after = await markets.reserveOf(market)
    expect([after.unlocked, after.locked]).toEqual([before.unlocked, before.locked])
  })
})

describe('A maker', () => {
  it('who leaves with a fraud when the challenge comes loses the bond all the same', async () => {
    const fixture = await deployCuration()
    const { curation, listings, listing, maker, ann, stranger } = fixture
    await listings.connect(maker).exit(listing)
    await setNextTimestamp(Number((await listings.get(listing)).exitAt) - 1)
    const poll = await challenged(fixture)
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    expect((await revertOf(listings.returnBond(listing))).name).toBe('Listings_BondHeld')
    const [toMaker] = await gains(fixture, [maker, stranger], () => curation.resolve(poll))
    expect(toMaker).toBe(0n)
  })

  it('whose friend challenges first is removed by that very poll, at a loss for the two', async () => {
    const fixture = await deployCuration()
    const { curation, listing, ann } = fixture
    const { bond: friend, loss } = await asFriend(fixture, ann)
    expect((await curation.get(1n)).status).toBe(STATUS.PASSED)
    expect(friend).toBe((CONFIG.listingBond * 4n) / 10n)
    expect(loss).toBe(-(CONFIG.listingBond * 6n) / 10n)
    expect(await curation.openPollOf(listing)).toBe(0n)
  })
})

/** The friend's gain, and what the two have less of together, the bond of the listing counted. */
async function asFriend(fixture: Fixture, voter: Signer): Promise<{ bond: bigint; loss: bigint }> {
  const { curation, stranger, maker } = fixture
  const [friend = 0n, ofMaker = 0n] = await gains(fixture, [stranger, maker], async () => {
    const poll = await challenged(fixture)
    await curation.connect(voter).vote(poll, true)
    await whenClosed(curation, poll)
    await curation.resolve(poll)
  })
  expect(friend).toBeLessThan(BOND)
  return { bond: friend, loss: friend + ofMaker - CONFIG.listingBond }
}
