import { describe, expect, it } from 'vitest'
import { UNIT } from '../support/defaults.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { publish } from '../support/trade.ts'
import { challenged, deployCuration, gains, HELD, VOTERS, votes, whenClosed } from './fixture.ts'

async function decided(isPassed: boolean) {
  const fixture = await deployCuration()
  const { curation, ann, bob, cat, dan, fay } = fixture
  const poll = await challenged(fixture)
  if (isPassed) await votes(curation, poll, [ann, dan, fay], [bob, cat])
  else await votes(curation, poll, [bob], [ann, cat, dan, fay])
  await whenClosed(curation, poll)
  await curation.resolve(poll)
  return { ...fixture, fixture, poll }
}

describe('Curation.claim', () => {
  it.each([true, false])('pays all voters pro rata, whatever they said (passed: %s)', async (isPassed) => {
    const { fixture, curation, poll, ann, bob, cat, dan, fay } = await decided(isPassed)
    const voters = [ann, bob, cat, dan, fay]
    const held = Object.values(HELD)
    let sum = 0n
    for (const [index, voter] of voters.entries()) {
      const [gain] = await gains(fixture, [voter], () => curation.connect(voter).claim([poll]))
      const exact = (UNIT * (held[index] as bigint)) / VOTERS
      expect((gain as bigint) - exact).toBeGreaterThanOrEqual(0n)
      expect((gain as bigint) - exact).toBeLessThanOrEqual(1n)
      sum += gain as bigint
    }
    expect(sum).toBe(UNIT)
    expect(await fixture.balanceOf(await curation.getAddress())).toBe(0n)
  })

  it('says so, and pays once', async () => {
    const { fixture, curation, poll, bob } = await decided(true)
    const amount = await curation.claimable(poll, bob.address)
    expect(amount).toBe((UNIT * HELD.bob) / VOTERS)
    expect(await eventsOf(curation.connect(bob).claim([poll]), curation)).toEqual([
      { name: 'Claimed', args: [poll, bob.address, amount] },
    ])
    expect(await curation.claimable(poll, bob.address)).toBe(0n)
    expect(await gains(fixture, [bob], () => curation.connect(bob).claim([poll, poll]))).toEqual([0n])
  })

  it('pays a poll named twice once', async () => {
    const { fixture, curation, poll, bob } = await decided(true)
    const amount = await curation.claimable(poll, bob.address)
    expect(await gains(fixture, [bob], () => curation.connect(bob).claim([poll, poll]))).toEqual([amount])
  })

  it('takes many polls and skips those with nothing for the caller', async () => {
    const { fixture, curation, poll, bob, eve } = await decided(true)
    const other = await challenged(fixture, await publish(fixture, 'other'))
    await curation.connect(bob).vote(other, true)
    const amount = await curation.claimable(poll, bob.address)
    expect(await gains(fixture, [bob], () => curation.connect(bob).claim([other, poll]))).toEqual([amount])
    expect(await gains(fixture, [eve], () => curation.connect(eve).claim([other, poll]))).toEqual([0n])
  })

  it('refuses an unknown poll, and none', async () => {
    const { curation, bob } = await decided(true)
    expect(await revertOf(curation.connect(bob).claim([9n]))).toEqual({ name: 'Curation_Unknown', args: [9n] })
    expect(await revertOf(curation.connect(bob).claim([]))).toEqual({ name: 'Curation_Empty', args: [] })
    expect(await revertOf(curation.claimable(9n, bob.address))).toEqual({ name: 'Curation_Unknown', args: [9n] })
    expect(await revertOf(curation.get(9n))).toEqual({ name: 'Curation_Unknown', args: [9n] })
  })
})
