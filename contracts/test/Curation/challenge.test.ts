import { describe, expect, it } from 'vitest'
import { ethers, now, passSeconds, setNextTimestamp } from '../support/chain.ts'
import { CONFIG, DAY, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT, FROM_WALLET } from '../support/payment.ts'
import { publish } from '../support/trade.ts'
import {
  BOND,
  challenged,
  deployCuration,
  gains,
  opened,
  POLL_SECONDS,
  STATUS,
  votes,
  whenClosed,
  whenLapsed,
} from './fixture.ts'

const CHALLENGE = 0n
const HOLD_SECONDS = POLL_SECONDS + DAY + 7 * DAY

describe('Curation.challenge', () => {
  it('opens a poll for a bond of the market’s size', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, listing, market, maker, share } = fixture
    const asked = curation.connect(stranger).challenge(listing, 'why', FROM_VAULT)
    const events = await eventsOf(asked, curation)
    const openedAt = BigInt(await now())
    expect((await curation.get(1n)).toObject()).toEqual({
      opener: stranger.address,
      openedAt,
      closesAt: openedAt + BigInt(POLL_SECONDS),
      kind: CHALLENGE,
      status: STATUS.OPEN,
      opponent: maker.address,
      bond: BOND,
      challengeFeeBps: CONFIG.challengeFeeBps,
      market,
      subject: listing,
      share: await share.getAddress(),
      votersPart: 0n,
      yes: 0n,
      extensionSeconds: BigInt(DAY),
      isExtended: false,
      no: 0n,
      quorum: 40n * SHARE,
      claimed: 0n,
    })
    expect(events).toEqual([
      {
        name: 'PollOpened',
        args: [1n, market, stranger.address, CHALLENGE, listing, openedAt + BigInt(POLL_SECONDS), 40n * SHARE, BOND],
      },
      { name: 'ListingChallenged', args: [1n, listing, 'why'] },
    ])
    expect(await curation.openPollOf(listing)).toBe(1n)
  })

  it('takes the bond from the Vault or from the wallet', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, token, listing, whale } = fixture
    const other = await publish(fixture, 'other')
    const fromVault = () => curation.connect(stranger).challenge(listing, '', FROM_VAULT)
    expect(await gains(fixture, [curation, stranger], fromVault)).toEqual([BOND, -BOND])
    await token.mint(whale.address, BOND)
    await token.connect(whale).approve(curation, BOND)
    const fromWallet = () => curation.connect(whale).challenge(other, '', FROM_WALLET)
    expect(await gains(fixture, [curation, whale], fromWallet)).toEqual([BOND, 0n])
    expect(await token.balanceOf(whale.address)).toBe(0n)
  })

  it('opens nothing when the bond is not paid', async () => {
    const { curation, eve, listing } = await deployCuration()
    const asking = curation.connect(eve).challenge(listing, '', FROM_VAULT)
    expect((await revertOf(asking)).name).toBe('ERC6909InsufficientAllowance')
    expect(await curation.openPollOf(listing)).toBe(0n)
  })

  it('takes 512 bytes of evidence and no more', async () => {
    const { curation, stranger, listing } = await deployCuration()
    const asStranger = curation.connect(stranger)
    expect(await revertOf(asStranger.challenge(listing, 'x'.repeat(513), FROM_VAULT))).toEqual({
      name: 'Curation_EvidenceTooLong',
      args: [513n],
    })
    await asStranger.challenge(listing, 'x'.repeat(512), FROM_VAULT)
  })

  it('refuses a second poll on the same listing until the first is resolved', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, whale, listing } = fixture
    const poll = await challenged(fixture)
    const asWhale = curation.connect(whale)
    const busy = { name: 'Curation_Challenged', args: [listing, poll] }
    expect(await revertOf(asWhale.challenge(listing, '', FROM_VAULT))).toEqual(busy)
    await whenLapsed(curation, poll)
    expect(await revertOf(asWhale.challenge(listing, '', FROM_VAULT))).toEqual(busy)
    await curation.resolve(poll)
    await curation.connect(stranger).challenge(listing, '', FROM_VAULT)
  })

  it('refuses a listing that nobody published', async () => {
    const { curation, stranger } = await deployCuration()
    expect(await revertOf(curation.connect(stranger).challenge(ethers.id('?'), '', FROM_VAULT))).toEqual({
      name: 'Listings_Unknown',
      args: [ethers.id('?')],
    })
  })

  it('refuses a listing from the second of its exit on, and takes it in the one before', async () => {
    const fixture = await deployCuration()
    const { curation, listings, stranger, maker, listing } = fixture
    await listings.connect(maker).exit(listing)
    const { exitAt } = await listings.get(listing)
    const asStranger = curation.connect(stranger)
    await setNextTimestamp(Number(exitAt))
    expect(await revertOf(asStranger.challenge(listing, '', FROM_VAULT))).toEqual({
      name: 'Listings_Gone',
      args: [listing, exitAt],
    })
    const again = await deployCuration()
    await again.listings.connect(maker).exit(listing)
    await setNextTimestamp(Number((await listings.get(listing)).exitAt) - 1)
    await challenged(again)
  })

  it('asks for nothing where the market asks for no bond, and ends all the same', async () => {
    const fixture = await deployCuration()
    const { curation, eve, whale } = fixture
    const config = { challengeBond: 0n }
    const { market } = await createMarket(fixture, { creator: whale, salt: ethers.id('free'), config, seed: 9n * UNIT })
    const listing = await publish(fixture, 'free', market)
    const poll = await opened(fixture, curation.connect(eve).challenge(listing, '', FROM_VAULT))
    await votes(curation, poll, [], [whale])
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    expect((await curation.get(poll)).status).toBe(STATUS.REJECTED)
    await curation.connect(whale).claim([poll])
  })

  it('asks for a quorum of one where nobody but the dead has shares, and then decides nothing', async () => {
    const fixture = await deployCuration()
    const { curation, whale, stranger } = fixture
    const { market } = await createMarket(fixture, { creator: whale, salt: ethers.id('new'), seed: 1n * UNIT })
    const listing = await publish(fixture, 'new', market)
    const poll = await opened(fixture, curation.connect(stranger).challenge(listing, '', FROM_VAULT))
    expect((await curation.get(poll)).quorum).toBe(1n)
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    expect((await curation.get(poll)).status).toBe(STATUS.NO_QUORUM)
  })

  it('rounds the quorum up to the share', async () => {
    const fixture = await deployCuration()
    const { curation, whale, stranger } = fixture
    const creation = { creator: whale, salt: ethers.id('thirds'), p0: 3n * UNIT, seed: 10n * UNIT }
    const { market, share } = await createMarket(fixture, creation)
    const listing = await publish(fixture, 'thirds', market)
    const poll = await opened(fixture, curation.connect(stranger).challenge(listing, '', FROM_VAULT))
    expect(await share.totalSupply()).toBe(3_333_333_333_333_333_333n)
    expect((await curation.get(poll)).quorum).toBe(93_333_333_333_333_334n)
  })

  describe('holds the listing', () => {
    it('that is pending from becoming active, until the poll has lapsed at the latest', async () => {
      const fixture = await deployCuration()
      const { listings } = fixture
      const pending = await publish(fixture, 'pending')
      await challenged(fixture, pending)
      const until = BigInt((await now()) + HOLD_SECONDS)
      expect((await listings.get(pending)).activeFrom).toBe(until)
      expect(await listings.heldUntil(pending)).toBe(until)
      await passSeconds(HOLD_SECONDS - 1)
      expect(await listings.isOpen(pending)).toBe(false)
      await passSeconds(1)
      expect(await listings.isOpen(pending)).toBe(true)
    })

    it('back from activation once, and gives it its old time when the poll ends before', async () => {
      const fixture = await deployCuration()
      const { listings, curation, dan } = fixture
      const pending = await publish(fixture, 'pending')
      const { activeFrom } = await listings.get(pending)
      const poll = await challenged(fixture, pending)
      await votes(curation, poll, [], [dan])
      await whenClosed(curation, poll)
      await curation.resolve(poll)
      expect((await listings.get(pending)).activeFrom).toBe(BigInt(await now()))
      expect(activeFrom).toBeLessThan(BigInt(await now()))
    })

    it('that is live with its bond alone: it sells on', async () => {
      const fixture = await deployCuration()
      const { listings, maker, listing } = fixture
      await challenged(fixture)
      expect(await listings.isOpen(listing)).toBe(true)
      await listings.connect(maker).exit(listing)
      const { exitAt } = await listings.get(listing)
      await setNextTimestamp(Number(exitAt) + 1)
      expect(await revertOf(listings.returnBond(listing))).toEqual({
        name: 'Listings_BondHeld',
        args: [listing, exitAt],
      })
      await setNextTimestamp(Number(await listings.heldUntil(listing)) + 1)
      await listings.returnBond(listing)
    })

    it('whose maker leaves when the challenge is coming', async () => {
      const fixture = await deployCuration()
      const { listings, curation, maker, listing, ann, stranger } = fixture
      await listings.connect(maker).exit(listing)
      const poll = await challenged(fixture)
      await votes(curation, poll, [ann])
      await whenClosed(curation, poll)
      expect((await revertOf(listings.returnBond(listing))).name).toBe('Listings_BondHeld')
      const [toStranger] = await gains(fixture, [stranger], () => curation.resolve(poll))
      expect(toStranger).toBe(BOND + (CONFIG.listingBond * 4n) / 10n)
    })
  })

  it('bars who lost a challenge from the market for 14 days, the last second included', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, whale, market, listing, bob } = fixture
    const other = await publish(fixture, 'other')
    const poll = await challenged(fixture)
    await votes(curation, poll, [], [bob])
    await whenClosed(curation, poll)
    await curation.resolve(poll)
    const until = (await now()) + 14 * DAY
    expect(await curation.barredUntil(market, stranger.address)).toBe(BigInt(until))
    await setNextTimestamp(until)
    expect(await revertOf(curation.connect(stranger).challenge(other, '', FROM_VAULT))).toEqual({
      name: 'Curation_Barred',
      args: [market, stranger.address, BigInt(until)],
    })
    await curation.connect(whale).challenge(listing, '', FROM_VAULT)
    await setNextTimestamp(until + 2)
    await curation.connect(stranger).challenge(other, '', FROM_VAULT)
  })

  it('bars nobody who missed the quorum or won', async () => {
    const fixture = await deployCuration()
    const { curation, stranger, market, ann } = fixture
    const other = await publish(fixture, 'other')
    const missed = await challenged(fixture)
    await whenClosed(curation, missed)
    await curation.resolve(missed)
    const won = await challenged(fixture, other)
    await votes(curation, won, [ann])
    await whenClosed(curation, won)
    await curation.resolve(won)
    expect(await curation.barredUntil(market, stranger.address)).toBe(0n)
  })
})
