import { describe, expect, it } from 'vitest'
import { inOneBlock, now, passSeconds, setNextTimestamp } from '../support/chain.ts'
import { DAY, NEVER, SHARE } from '../support/defaults.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { publish } from '../support/trade.ts'
import { challenged, deployCuration, HELD, STATUS, votes, whenClosed } from './fixture.ts'

const GAS = { gasLimit: 1_000_000n }

describe('Curation.vote', () => {
  it('counts what the voter had in the second before, and says so', async () => {
    const fixture = await deployCuration()
    const { curation, ann, bob } = fixture
    const poll = await challenged(fixture)
    const voting = curation.connect(ann).vote(poll, true)
    expect(await eventsOf(voting, curation)).toEqual([{ name: 'Voted', args: [poll, ann.address, true, HELD.ann] }])
    await curation.connect(bob).vote(poll, false)
    const { yes, no } = await curation.get(poll)
    expect([yes, no]).toEqual([HELD.ann, HELD.bob])
    expect((await curation.voteOf(poll, bob.address)).toArray()).toEqual([HELD.bob, false, false])
  })

  it('counts to the last second and no longer', async () => {
    const fixture = await deployCuration()
    const { curation, ann, bob } = fixture
    const poll = await challenged(fixture)
    const { closesAt } = await curation.get(poll)
    await curation.connect(ann).vote(poll, true)
    await setNextTimestamp(Number(closesAt))
    await curation.connect(bob).vote(poll, true)
    await setNextTimestamp(Number(closesAt) + 1)
    expect(await revertOf(curation.connect(fixture.cat).vote(poll, true))).toEqual({
      name: 'Curation_Closed',
      args: [poll, closesAt],
    })
  })

  it('is once, for good', async () => {
    const fixture = await deployCuration()
    const { curation, ann } = fixture
    const poll = await challenged(fixture)
    await curation.connect(ann).vote(poll, true)
    for (const isYes of [true, false]) {
      expect(await revertOf(curation.connect(ann).vote(poll, isYes))).toEqual({
        name: 'Curation_Voted',
        args: [poll, ann.address],
      })
    }
  })

  it('is for those who hold shares', async () => {
    const fixture = await deployCuration()
    const { curation, eve } = fixture
    const poll = await challenged(fixture)
    expect(await revertOf(curation.connect(eve).vote(poll, true))).toEqual({
      name: 'Curation_NoVotes',
      args: [poll, eve.address],
    })
    expect(await revertOf(curation.connect(eve).vote(9n, true))).toEqual({ name: 'Curation_Unknown', args: [9n] })
    expect(await revertOf(curation.connect(eve).vote(0n, true))).toEqual({ name: 'Curation_Unknown', args: [0n] })
  })

  describe('counts a share once', () => {
    it('when it is passed on to a fresh account before', async () => {
      const fixture = await deployCuration()
      const { curation, share, ann, eve } = fixture
      const poll = await challenged(fixture)
      await share.connect(ann).transfer(eve.address, HELD.ann)
      for (const voter of [ann, eve]) {
        expect((await revertOf(curation.connect(voter).vote(poll, true))).name).toBe('Curation_NoVotes')
      }
    })

    it('when it is passed on to another voter', async () => {
      const fixture = await deployCuration()
      const { curation, share, ann, bob } = fixture
      const poll = await challenged(fixture)
      await share.connect(ann).transfer(bob.address, 100n * SHARE)
      expect(await curation.weightOf(poll, ann.address)).toBe(HELD.ann - 100n * SHARE)
      expect(await curation.weightOf(poll, bob.address)).toBe(HELD.bob)
      await votes(curation, poll, [ann, bob])
      expect((await curation.get(poll)).yes).toBe(HELD.ann - 100n * SHARE + HELD.bob)
    })

    it('when it would be passed on, sold or signalled away after the vote', async () => {
      const fixture = await deployCuration()
      const { curation, share, markets, market, ann, eve } = fixture
      const poll = await challenged(fixture)
      await curation.connect(ann).vote(poll, true)
      const stuck = { name: 'Share_Encumbered', args: [ann.address, HELD.ann - 1n, HELD.ann] }
      expect(await revertOf(share.connect(ann).transfer(eve.address, 1n))).toEqual(stuck)
      expect(await revertOf(markets.connect(ann).redeem(market, 1n, 0n, NEVER, ann.address))).toEqual(stuck)
    })

    it('when it is sold first: then it does not count at all', async () => {
      const fixture = await deployCuration()
      const { curation, markets, market, ann } = fixture
      const poll = await challenged(fixture)
      await markets.connect(ann).redeem(market, HELD.ann, 0n, NEVER, ann.address)
      expect((await revertOf(curation.connect(ann).vote(poll, true))).name).toBe('Curation_NoVotes')
    })

    it('when more are bought after the poll opened', async () => {
      const fixture = await deployCuration()
      const { curation, markets, market, patron, stranger, listing } = fixture
      await inOneBlock(async () => {
        await markets.connect(patron).fund(market, 10_000_000n, 0n, NEVER, FROM_VAULT, GAS)
        await curation.connect(stranger).challenge(listing, '', FROM_VAULT, { gasLimit: 2_000_000n })
      })
      expect(await curation.count()).toBe(1n)
      expect((await revertOf(curation.connect(patron).vote(1n, true))).name).toBe('Curation_NoVotes')
    })
  })

  it('keeps the shares to the latest end the poll can have, the last second included', async () => {
    const fixture = await deployCuration()
    const { curation, share, ann, eve } = fixture
    const poll = await challenged(fixture)
    await curation.connect(ann).vote(poll, true)
    const end = Number((await curation.get(poll)).closesAt) + DAY
    await setNextTimestamp(end)
    expect((await revertOf(share.connect(ann).transfer(eve.address, 1n))).name).toBe('Share_Encumbered')
    await setNextTimestamp(end + 1)
    await share.connect(ann).transfer(eve.address, HELD.ann)
  })

  it('leaves what was bought since to its owner', async () => {
    const fixture = await deployCuration()
    const { curation, share, ann, bob, eve } = fixture
    const poll = await challenged(fixture)
    await share.connect(bob).transfer(ann.address, 7n)
    await curation.connect(ann).vote(poll, true)
    await share.connect(ann).transfer(eve.address, 7n)
    expect((await revertOf(share.connect(ann).transfer(eve.address, 1n))).name).toBe('Share_Encumbered')
  })

  describe('that brings the quorum late', () => {
    const lastDay = async (offset: number) => {
      const fixture = await deployCuration()
      const poll = await challenged(fixture)
      const { closesAt } = await fixture.curation.get(poll)
      await setNextTimestamp(Number(closesAt) - DAY + offset)
      return { fixture, poll, closesAt: closesAt as bigint }
    }

    it('moves the end by a day, once', async () => {
      const { fixture, poll, closesAt } = await lastDay(1)
      const { curation, dan, ann, share, eve } = fixture
      const events = await eventsOf(curation.connect(dan).vote(poll, true), curation)
      expect(events[1]).toEqual({ name: 'PollExtended', args: [poll, closesAt + BigInt(DAY)] })
      await setNextTimestamp(Number(closesAt) + DAY)
      await curation.connect(ann).vote(poll, false)
      expect((await curation.get(poll)).closesAt).toBe(closesAt + BigInt(DAY))
      await whenClosed(curation, poll)
      await share.connect(ann).transfer(eve.address, 1n)
      await curation.resolve(poll)
      expect((await curation.get(poll)).status).toBe(STATUS.REJECTED)
    })

    it('moves nothing a second earlier', async () => {
      const { fixture, poll, closesAt } = await lastDay(0)
      await fixture.curation.connect(fixture.dan).vote(poll, true)
      expect((await fixture.curation.get(poll)).closesAt).toBe(closesAt)
    })

    it('moves nothing while it is missed by one', async () => {
      const { fixture, poll, closesAt } = await lastDay(1)
      await fixture.curation.connect(fixture.fay).vote(poll, true)
      expect((await fixture.curation.get(poll)).closesAt).toBe(closesAt)
    })

    it('moves nothing when it was there before', async () => {
      const fixture = await deployCuration()
      const { curation, dan, ann } = fixture
      const poll = await challenged(fixture)
      await curation.connect(dan).vote(poll, true)
      const { closesAt } = await curation.get(poll)
      await setNextTimestamp(Number(closesAt))
      await curation.connect(ann).vote(poll, true)
      expect((await curation.get(poll)).closesAt).toBe(closesAt)
    })
  })

  it('in several polls keeps the most shares for the longest time', async () => {
    const fixture = await deployCuration()
    const { curation, share, ann, bob, eve } = fixture
    const other = await publish(fixture, 'other')
    const first = await challenged(fixture)
    await curation.connect(ann).vote(first, true)
    const firstEnd = Number((await curation.get(first)).closesAt) + DAY
    await share.connect(bob).transfer(ann.address, 5n)
    await passSeconds(DAY)
    const second = await challenged(fixture, other)
    await curation.connect(ann).vote(second, true)
    expect(await share.encumberedOf(ann.address)).toBe(HELD.ann + 5n)
    await setNextTimestamp(firstEnd + 1)
    expect((await revertOf(share.connect(ann).transfer(eve.address, 1n))).name).toBe('Share_Encumbered')
    await setNextTimestamp(Number((await curation.get(second)).closesAt) + DAY + 1)
    await share.connect(ann).transfer(eve.address, HELD.ann + 5n)
  })

  it('starts a lock anew when the one before is over', async () => {
    const fixture = await deployCuration()
    const { curation, share, ann, eve } = fixture
    const first = await challenged(fixture)
    await curation.connect(ann).vote(first, false)
    await whenClosed(curation, first)
    await curation.resolve(first)
    await setNextTimestamp((await now()) + 15 * DAY)
    await share.connect(ann).transfer(eve.address, HELD.ann - 9n)
    const second = await challenged(fixture)
    await curation.connect(ann).vote(second, true)
    expect(await share.encumberedOf(ann.address)).toBe(9n)
  })
})
