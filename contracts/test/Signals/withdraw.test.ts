import { describe, expect, it } from 'vitest'
import { HELD } from '../Curation/fixture.ts'
import { ethers } from '../support/chain.ts'
import { SHARE } from '../support/defaults.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { activeSignals, deploySignals, earned, gains, noonIn, PART, sold } from './fixture.ts'

describe('Signals.withdraw', () => {
  it('frees the shares at once', async () => {
    const fixture = await deploySignals()
    const { signals, share, listing, ann, eve } = fixture
    await activeSignals(fixture, [ann, 400n])
    expect(await eventsOf(signals.connect(ann).withdraw(listing, 400n * SHARE), signals)).toEqual([
      { name: 'SignalWithdrawn', args: [listing, ann.address, 400n * SHARE] },
    ])
    await share.connect(ann).transfer(eve.address, HELD.ann)
    expect(await signals.totalOf(listing)).toEqual([0n, 0n])
    expect(await signals.signalOf(listing, ann.address)).toEqual([0n, 0n])
  })

  it('takes what is newest first: today, yesterday, then what is active', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann } = fixture
    const asAnn = signals.connect(ann)
    await activeSignals(fixture, [ann, 1n])
    await noonIn(1)
    await asAnn.signal(listing, 2n * SHARE)
    await noonIn(1)
    await asAnn.signal(listing, 4n * SHARE)
    await asAnn.withdraw(listing, 5n * SHARE)
    expect(await signals.signalOf(listing, ann.address)).toEqual([SHARE, SHARE])
    await noonIn(1)
    await signals.flush(listing)
    // What is left of the two is yesterday's, so it is active a day before today's would have been.
    expect(await signals.totalOf(listing)).toEqual([2n * SHARE, 0n])
    await asAnn.withdraw(listing, 2n * SHARE)
    expect(await signals.totalOf(listing)).toEqual([0n, 0n])
  })

  it('keeps what was earned, and earns no more', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob } = fixture
    await activeSignals(fixture, [ann, 100n], [bob, 100n])
    await sold(fixture)
    await signals.connect(ann).withdraw(listing, 100n * SHARE)
    await sold(fixture)
    const ofAnn = earned(100n, [PART, 200n])
    expect(await signals.claimable(listing, ann.address)).toBe(ofAnn)
    expect(await signals.claimable(listing, bob.address)).toBe(earned(100n, [PART, 200n], [PART, 100n]))
    expect(await gains(fixture, [ann], () => signals.connect(ann).claim([listing]))).toEqual([ofAnn])
  })

  it('of one account leaves the others what they have', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob } = fixture
    await signals.connect(ann).signal(listing, 3n * SHARE)
    await signals.connect(bob).signal(listing, 5n * SHARE)
    await signals.connect(ann).withdraw(listing, 3n * SHARE)
    expect(await signals.totalOf(listing)).toEqual([0n, 5n * SHARE])
    await noonIn(2)
    await signals.flush(listing)
    expect(await signals.signalOf(listing, bob.address)).toEqual([5n * SHARE, 0n])
    expect(await signals.signalOf(listing, ann.address)).toEqual([0n, 0n])
  })

  it('refuses zero, and more than was signalled', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob } = fixture
    await activeSignals(fixture, [ann, 2n], [bob, 9n])
    await signals.connect(ann).signal(listing, 3n * SHARE)
    for (const amount of [0n, 5n * SHARE + 1n, 2n ** 256n - 1n]) {
      expect(await revertOf(signals.connect(ann).withdraw(listing, amount))).toEqual({
        name: 'Signals_BadAmount',
        args: [amount, 5n * SHARE],
      })
    }
    expect((await revertOf(signals.connect(ann).withdraw(ethers.id('?'), 1n))).name).toBe('Listings_Unknown')
  })
})
