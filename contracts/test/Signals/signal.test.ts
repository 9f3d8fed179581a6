import { describe, expect, it } from 'vitest'
import { challenged, HELD } from '../Curation/fixture.ts'
import { ethers, setNextTimestamp } from '../support/chain.ts'
import { DAY, NEVER, SHARE } from '../support/defaults.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { activeSignals, deploySignals, earned, noonIn, PART, sold, startOfDayIn } from './fixture.ts'

describe('Signals.signal', () => {
  it('encumbers the shares, which keep their votes', async () => {
    const fixture = await deploySignals()
    const { signals, share, markets, market, curation, listing, ann, eve } = fixture
    expect(await eventsOf(signals.connect(ann).signal(listing, 400n * SHARE), signals)).toEqual([
      { name: 'Signalled', args: [listing, ann.address, 400n * SHARE] },
    ])
    expect(await share.encumberedOf(ann.address)).toBe(400n * SHARE)
    const free = HELD.ann - 400n * SHARE
    const stuck = { name: 'Share_Encumbered', args: [ann.address, 400n * SHARE - 1n, 400n * SHARE] }
    expect(await revertOf(share.connect(ann).transfer(eve.address, free + 1n))).toEqual(stuck)
    expect(await revertOf(markets.connect(ann).redeem(market, free + 1n, 0n, NEVER, ann.address))).toEqual(stuck)
    const poll = await challenged(fixture)
    await curation.connect(ann).vote(poll, true)
    expect((await curation.get(poll)).yes).toBe(HELD.ann)
    expect(await share.encumberedOf(ann.address)).toBe(HELD.ann)
  })

  it('waits for its day', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann } = fixture
    await signals.connect(ann).signal(listing, SHARE)
    expect(await signals.totalOf(listing)).toEqual([0n, SHARE])
    expect(await signals.signalOf(listing, ann.address)).toEqual([0n, SHARE])
  })

  it('made in the last second of a day earns with the first flush of the day after the next', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann } = fixture
    const nextDay = await startOfDayIn(2)
    await setNextTimestamp(nextDay - 1)
    await signals.connect(ann).signal(listing, SHARE)
    await setNextTimestamp(nextDay + DAY - 1)
    await signals.flush(listing)
    expect(await signals.totalOf(listing)).toEqual([0n, SHARE])
    await setNextTimestamp(nextDay + DAY)
    expect(await eventsOf(signals.flush(listing), signals)).toEqual([
      { name: 'SignalsActivated', args: [listing, SHARE, SHARE] },
    ])
    expect(await signals.totalOf(listing)).toEqual([SHARE, 0n])
    expect(await signals.signalOf(listing, ann.address)).toEqual([SHARE, 0n])
  })

  it('made in the first second of a day waits to the end of the next', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann } = fixture
    const day = await startOfDayIn(2)
    await setNextTimestamp(day)
    await signals.connect(ann).signal(listing, SHARE)
    await setNextTimestamp(day + 2 * DAY - 1)
    await signals.flush(listing)
    expect((await signals.totalOf(listing)).active).toBe(0n)
    await setNextTimestamp(day + 2 * DAY)
    await signals.flush(listing)
    expect((await signals.totalOf(listing)).active).toBe(SHARE)
  })

  it('for a sale that is known gets none of it', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob } = fixture
    await activeSignals(fixture, [ann, 1n])
    await sold(fixture)
    await signals.connect(bob).signal(listing, 300n * SHARE)
    await sold(fixture)
    await noonIn(2)
    await signals.connect(bob).claim([listing])
    expect(await signals.claimable(listing, bob.address)).toBe(0n)
    expect(await signals.claimable(listing, ann.address)).toBe(earned(1n, [PART, 1n], [PART, 1n]))
  })

  it('of several days on several listings adds up', async () => {
    const fixture = await deploySignals()
    const { signals, share, listing, ann } = fixture
    await signals.connect(ann).signal(listing, SHARE)
    await noonIn(1)
    await signals.connect(ann).signal(listing, 2n * SHARE)
    await signals.connect(ann).signal(listing, 4n * SHARE)
    expect(await signals.signalOf(listing, ann.address)).toEqual([0n, 7n * SHARE])
    await noonIn(1)
    await signals.connect(ann).signal(listing, 8n * SHARE)
    expect(await signals.signalOf(listing, ann.address)).toEqual([SHARE, 14n * SHARE])
    await noonIn(1)
    await signals.connect(ann).signal(listing, 16n * SHARE)
    expect(await signals.signalOf(listing, ann.address)).toEqual([7n * SHARE, 24n * SHARE])
    expect(await signals.totalOf(listing)).toEqual([7n * SHARE, 24n * SHARE])
    expect(await share.encumberedOf(ann.address)).toBe(31n * SHARE)
  })

  it('refuses zero, more than the caller has, and more than is free', async () => {
    const { signals, listing, ann, eve } = await deploySignals()
    const asAnn = signals.connect(ann)
    for (const amount of [0n, HELD.ann + 1n, 2n ** 256n - 1n]) {
      expect(await revertOf(asAnn.signal(listing, amount))).toEqual({
        name: 'Signals_BadAmount',
        args: [amount, HELD.ann],
      })
    }
    await asAnn.signal(listing, HELD.ann)
    expect(await revertOf(asAnn.signal(listing, 1n))).toEqual({
      name: 'Share_Encumbered',
      args: [ann.address, HELD.ann, HELD.ann + 1n],
    })
    expect((await revertOf(signals.connect(eve).signal(listing, 1n))).name).toBe('Signals_BadAmount')
  })

  it('refuses a listing that is unknown, and one from the second of its exit on', async () => {
    const { signals, listings, maker, listing, ann } = await deploySignals()
    const asAnn = signals.connect(ann)
    expect(await revertOf(asAnn.signal(ethers.id('?'), 1n))).toEqual({
      name: 'Listings_Unknown',
      args: [ethers.id('?')],
    })
    await listings.connect(maker).exit(listing)
    const { exitAt } = await listings.get(listing)
    await setNextTimestamp(Number(exitAt) - 1)
    await asAnn.signal(listing, 1n)
    await setNextTimestamp(Number(exitAt))
    expect(await revertOf(asAnn.signal(listing, 1n))).toEqual({ name: 'Signals_Gone', args: [listing, exitAt] })
    await asAnn.withdraw(listing, 1n)
  })
})
