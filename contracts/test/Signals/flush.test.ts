import { describe, expect, it } from 'vitest'
import { ethers } from '../support/chain.ts'
import { SHARE } from '../support/defaults.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { activeSignals, deploySignals, earned, gains, noonIn, PART, sold } from './fixture.ts'

describe('Signals.flush and Signals.claim', () => {
  it('share what waits among the active, pro rata and rounded down', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob, cat } = fixture
    await activeSignals(fixture, [ann, 3n], [bob, 4n])
    await signals.connect(cat).signal(listing, 100n * SHARE)
    await sold(fixture)
    expect(await signals.claimable(listing, ann.address)).toBe(earned(3n, [PART, 7n]))
    const money = await gains(fixture, [signals], async () => {
      expect(await eventsOf(signals.flush(listing), signals)).toEqual([
        { name: 'Flushed', args: [listing, PART, false] },
      ])
    })
    expect(money).toEqual([PART])
    const claims = async () => {
      for (const voter of [ann, bob, cat]) await signals.connect(voter).claim([listing])
    }
    expect(await gains(fixture, [ann, bob, cat], claims)).toEqual([earned(3n, [PART, 7n]), earned(4n, [PART, 7n]), 0n])
    expect(await fixture.balanceOf(await signals.getAddress())).toBeLessThanOrEqual(2n)
  })

  it('pay the old set first, then activate', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob } = fixture
    await activeSignals(fixture, [ann, 1n])
    await signals.connect(bob).signal(listing, 99n * SHARE)
    await noonIn(1)
    await sold(fixture)
    await noonIn(1)
    const events = await eventsOf(signals.flush(listing), signals)
    expect(events).toEqual([
      { name: 'Flushed', args: [listing, PART, false] },
      { name: 'SignalsActivated', args: [listing, 99n * SHARE, 100n * SHARE] },
    ])
    await sold(fixture)
    expect(await signals.claimable(listing, ann.address)).toBe(earned(1n, [PART, 1n], [PART, 100n]))
    expect(await signals.claimable(listing, bob.address)).toBe(earned(99n, [PART, 100n]))
  })

  it('give it to the reserve while nobody is active', async () => {
    const fixture = await deploySignals()
    const { signals, markets, market, listing, ann } = fixture
    await signals.connect(ann).signal(listing, SHARE)
    await sold(fixture)
    const before = await markets.reserveOf(market)
    expect(await eventsOf(signals.flush(listing), signals)).toEqual([{ name: 'Flushed', args: [listing, PART, true] }])
    const after = await markets.reserveOf(market)
    expect(after.unlocked + after.locked - before.unlocked - before.locked).toBe(PART)
    expect(before.pending - after.pending).toBe(PART)
    expect(await fixture.balanceOf(await signals.getAddress())).toBe(0n)
  })

  it('lead to the same whoever calls in between, and when', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob, stranger } = fixture
    await activeSignals(fixture, [ann, 2n], [bob, 2n])
    await sold(fixture)
    await signals.connect(stranger).flush(listing)
    await sold(fixture)
    await signals.connect(ann).claim([listing])
    await signals.connect(stranger).flush(listing)
    const half = earned(2n, [PART, 4n], [PART, 4n])
    expect(await signals.claimable(listing, bob.address)).toBe(half)
    expect(await gains(fixture, [bob], () => signals.connect(bob).claim([listing]))).toEqual([half])
  })

  it('count what a signal earned although its account did nothing since', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann, bob } = fixture
    await signals.connect(ann).signal(listing, SHARE)
    await noonIn(1)
    await signals.connect(bob).signal(listing, SHARE)
    await noonIn(1)
    await signals.flush(listing)
    await sold(fixture)
    await noonIn(1)
    await signals.flush(listing)
    await sold(fixture)
    await noonIn(9)
    await signals.flush(listing)
    const shares = [earned(1n, [PART, 1n], [PART, 2n]), earned(1n, [PART, 2n])]
    expect(await signals.claimable(listing, ann.address)).toBe(shares[0])
    expect(await signals.claimable(listing, bob.address)).toBe(shares[1])
    const claims = async () => {
      for (const voter of [ann, bob]) await signals.connect(voter).claim([listing])
    }
    expect(await gains(fixture, [ann, bob], claims)).toEqual(shares)
  })

  it('say what was claimed, and pay once', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann } = fixture
    await activeSignals(fixture, [ann, 1n])
    await sold(fixture)
    const events = await eventsOf(signals.connect(ann).claim([listing]), signals)
    expect(events.at(-1)).toEqual({ name: 'SignalClaimed', args: [listing, ann.address, earned(1n, [PART, 1n])] })
    expect(await gains(fixture, [ann], () => signals.connect(ann).claim([listing, listing]))).toEqual([0n])
  })

  it('do nothing for a listing without sales or signals, known or not', async () => {
    const { signals, ann, listing } = await deploySignals()
    for (const any of [listing, ethers.id('?')]) {
      expect(await eventsOf(signals.flush(any), signals)).toEqual([])
      expect(await eventsOf(signals.connect(ann).claim([any]), signals)).toEqual([])
      expect(await signals.claimable(any, ann.address)).toBe(0n)
    }
    expect(await revertOf(signals.connect(ann).claim([]))).toEqual({ name: 'Signals_Empty', args: [] })
  })

  it('hold when one wei of a share earns all', async () => {
    const fixture = await deploySignals()
    const { signals, listing, ann } = fixture
    await signals.connect(ann).signal(listing, 1n)
    await noonIn(2)
    await signals.flush(listing)
    await sold(fixture)
    await sold(fixture)
    expect(await gains(fixture, [ann], () => signals.connect(ann).claim([listing]))).toEqual([2n * PART])
  })
})
