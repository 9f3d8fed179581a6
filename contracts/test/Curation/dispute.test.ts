import { describe, expect, it } from 'vitest'
import { ethers, now, setNextTimestamp } from '../support/chain.ts'
import { CONFIG, DAY, HOUR, UNIT } from '../support/defaults.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { acceptanceOf, COMPUTE_PRICE, fulfilledRun, revealedRun } from '../support/trade.ts'
import {
  BOND,
  bountyOf,
  deployCuration,
  type Fixture,
  gains,
  opened,
  POLL_SECONDS,
  STATUS,
  votes,
  whenClosed,
  whenLapsed,
} from './fixture.ts'

const DISPUTE = 3n
const SETTLED = 6n
const REFUNDED = 7n
const FULFILLED_DISPUTED = 5n
const FAILURE = (COMPUTE_PRICE * CONFIG.failureBps) / 10_000n
const OPERATOR_OF_FAILURE = (FAILURE * CONFIG.operatorBps) / 10_000n
const OPERATOR_IN_FULL = (COMPUTE_PRICE * CONFIG.operatorBps) / 10_000n

type Run = Awaited<ReturnType<typeof fulfilledRun>>

async function withRun(make = fulfilledRun) {
  const fixture = await deployCuration()
  const arbiter = await fixture.curation.getAddress()
  const run = await make(fixture, { listing: fixture.listing, name: 'live', deal: { arbiter } })
  return { fixture, ...fixture, run }
}

function dispute({ curation, buyer }: Fixture, { deal, goodsHash, deliveryHash }: Run, evidence = 'why') {
  return curation.connect(buyer).dispute(deal, goodsHash, deliveryHash, evidence, FROM_VAULT)
}

async function withDispute(make = fulfilledRun) {
  const world = await withRun(make)
  const poll = await opened(world.fixture, dispute(world.fixture, world.run))
  const { deal, goodsHash, deliveryHash } = world.run
  const resolve = () => world.curation.resolveDispute(poll, deal, goodsHash, deliveryHash)
  return { ...world, poll, resolve }
}

describe('Curation.dispute', () => {
  it('opens a poll and stops the clock of the order', async () => {
    const { fixture, run, curation, orders, market, buyer, payout } = await withRun()
    const disputing = dispute(fixture, run)
    const events = await eventsOf(disputing, curation)
    const openedAt = await now()
    expect(events.map(({ name }) => name)).toEqual(['PollOpened', 'RunDisputed'])
    expect(events[1]?.args).toEqual([1n, run.orderId, 'why'])
    expect((await curation.get(1n)).toObject()).toMatchObject({
      opener: buyer.address,
      opponent: payout.address,
      kind: DISPUTE,
      market,
      subject: run.orderId,
      closesAt: BigInt(openedAt + POLL_SECONDS),
    })
    const [status, , deadline] = await orders.statusOf(run.orderId)
    expect([status, deadline]).toEqual([FULFILLED_DISPUTED, BigInt(openedAt + 14 * DAY)])
  })

  it('refuses anybody but the buyer, and another arbiter', async () => {
    const { run, curation, stranger, buyer } = await withRun()
    const { deal, goodsHash, deliveryHash } = run
    expect(await revertOf(curation.connect(stranger).dispute(deal, goodsHash, deliveryHash, '', FROM_VAULT))).toEqual({
      name: 'Curation_NotBuyer',
      args: [buyer.address, stranger.address],
    })
    const { fixture } = await withRun()
    const other = await fulfilledRun(fixture, {
      listing: fixture.listing,
      name: 'live',
      n: 2n,
      deal: { arbiter: stranger.address },
    })
    expect(await revertOf(dispute(fixture, other))).toEqual({
      name: 'Orders_NotArbiter',
      args: [stranger.address, await curation.getAddress()],
    })
  })

  it('refuses other terms than were agreed', async () => {
    const { fixture, run } = await withRun()
    const changed = { ...run, deal: { ...run.deal, operator: fixture.stranger.address } }
    for (const wrong of [changed, { ...run, goodsHash: ethers.id('?') }, { ...run, deliveryHash: ethers.id('?') }]) {
      expect((await revertOf(dispute(fixture, wrong))).name).toBe('Orders_WrongTerms')
    }
    expect(await revertOf(dispute(fixture, run, 'x'.repeat(513)))).toEqual({
      name: 'Curation_EvidenceTooLong',
      args: [513n],
    })
  })

  it('comes within the window, the last second included', async () => {
    const { fixture, run, orders } = await withRun()
    const [, , deadline] = await orders.statusOf(run.orderId)
    await setNextTimestamp(Number(deadline) + 1)
    expect((await revertOf(dispute(fixture, run))).name).toBe('Orders_TooLate')
    const again = await withRun()
    const until = (await again.orders.statusOf(again.run.orderId))[2]
    await setNextTimestamp(Number(until))
    await dispute(again.fixture, again.run)
    expect((await revertOf(dispute(again.fixture, again.run))).name).toBe('Orders_WrongStatus')
  })

  it('that is upheld returns the price, and 10 % of the bond go to the voters', async () => {
    const { fixture, curation, orders, buyer, payout, poll, run, ann, resolve } = await withDispute()
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    expect(await gains(fixture, [buyer, payout], resolve)).toEqual([COMPUTE_PRICE + 9n * UNIT, 0n])
    expect((await orders.statusOf(run.orderId))[0]).toBe(REFUNDED)
    expect(await curation.claimable(poll, ann.address)).toBe(1n * UNIT)
  })

  it('that is rejected pays what was due, and the operator 40 % of the bond', async () => {
    const { fixture, curation, orders, buyer, payout, poll, run, ann, resolve } = await withDispute()
    await votes(curation, poll, [], [ann])
    await whenClosed(curation, poll)
    const before = await bountyOf(fixture)
    const [toBuyer, toOperator] = await gains(fixture, [buyer, payout], resolve)
    expect(toBuyer).toBe(COMPUTE_PRICE - FAILURE)
    expect(toOperator).toBe(OPERATOR_OF_FAILURE + 4n * UNIT)
    expect((await orders.statusOf(run.orderId))[0]).toBe(SETTLED)
    const rewarded = (await orders.accrualOf(fixture.listing)).rewarded as bigint
    expect((await bountyOf(fixture)) - before + rewarded).toBe(5n * UNIT)
  })

  it('about a model that came by the fair exchange pays all of the price when rejected', async () => {
    const { fixture, curation, payout, poll, ann, resolve } = await withDispute(revealedRun)
    await votes(curation, poll, [], [ann])
    await whenClosed(curation, poll)
    expect(await gains(fixture, [payout], resolve)).toEqual([OPERATOR_IN_FULL + 4n * UNIT])
  })

  it('about a model that came by the fair exchange returns all of the price when upheld', async () => {
    const { fixture, curation, buyer, poll, ann, resolve } = await withDispute(revealedRun)
    await votes(curation, poll, [ann])
    await whenClosed(curation, poll)
    expect(await gains(fixture, [buyer], resolve)).toEqual([COMPUTE_PRICE + 9n * UNIT])
  })

  it('without quorum pays the operator what was due and the fee', async () => {
    const { fixture, curation, buyer, payout, poll, resolve } = await withDispute()
    await whenClosed(curation, poll)
    const money = await gains(fixture, [buyer, payout], resolve)
    expect(money).toEqual([COMPUTE_PRICE - FAILURE + 9n * UNIT, OPERATOR_OF_FAILURE + 1n * UNIT])
  })

  it('that lapsed gives the bond back and leaves the order to lapse too', async () => {
    const { fixture, curation, orders, buyer, payout, poll, run, ann, resolve } = await withDispute()
    await votes(curation, poll, [ann])
    await whenLapsed(curation, poll)
    expect(await gains(fixture, [buyer, payout], resolve)).toEqual([BOND, 0n])
    const [status, , deadline] = await orders.statusOf(run.orderId)
    expect(status).toBe(FULFILLED_DISPUTED)
    await setNextTimestamp(Number(deadline) + 1)
    const { deal, goodsHash, deliveryHash } = run
    await orders.settle([{ deal, goodsHash, deliveryHash, acceptance: '0x' }])
    expect((await orders.statusOf(run.orderId))[0]).toBe(SETTLED)
  })

  it.each([
    ['upheld', ['ann'], [], 9n, 0n],
    ['rejected', [], ['ann'], 0n, 4n],
    ['without quorum', [], [], 9n, 1n],
  ] as const)('%s after an Acceptance moves the bond alone', async (_name, yes, no, toBuyer, toOperator) => {
    const { fixture, curation, orders, buyer, payout, poll, run, resolve } = await withDispute()
    const { deal, goodsHash, deliveryHash } = run
    await votes(
      curation,
      poll,
      yes.map((name) => fixture[name]),
      no.map((name) => fixture[name]),
    )
    const acceptance = await acceptanceOf(fixture, run.orderId, deliveryHash)
    await orders.settle([{ deal, goodsHash, deliveryHash, acceptance }])
    await whenClosed(curation, poll)
    expect(await gains(fixture, [buyer, payout], resolve)).toEqual([toBuyer * UNIT, toOperator * UNIT])
    expect((await orders.statusOf(run.orderId))[0]).toBe(SETTLED)
  })

  it('is resolved with its own order, and by the function for it', async () => {
    const { fixture, curation, poll, run } = await withDispute()
    const other = await fulfilledRun(fixture, { listing: fixture.listing, name: 'live', n: 2n })
    await whenClosed(curation, poll)
    const { deal, goodsHash, deliveryHash } = other
    expect(await revertOf(curation.resolveDispute(poll, deal, goodsHash, deliveryHash))).toEqual({
      name: 'Curation_WrongSubject',
      args: [poll, run.orderId, other.orderId],
    })
    expect((await revertOf(curation.resolveDispute(poll, run.deal, ethers.id('?'), deliveryHash))).name).toBe(
      'Orders_WrongTerms',
    )
    expect(await revertOf(curation.resolve(poll))).toEqual({ name: 'Curation_WrongKind', args: [poll, DISPUTE] })
    const wrongKind = { name: 'Curation_WrongKind', args: [poll, DISPUTE] }
    expect(await revertOf(curation.resolveConfig(poll, CONFIG))).toEqual(wrongKind)
  })

  it('ends a day before it lapses in Orders, however long the market’s polls are', async () => {
    const { fixture, curation, stranger, market, ann, dan, orders } = await withRun()
    const config = { ...CONFIG, pollSeconds: BigInt(30 * DAY) }
    const change = await opened(fixture, curation.connect(stranger).proposeConfig(market, config, FROM_VAULT))
    await votes(curation, change, [ann])
    await whenClosed(curation, change)
    await curation.resolveConfig(change, config)
    await setNextTimestamp((await now()) + 7 * DAY)
    const arbiter = await curation.getAddress()
    const deal = { arbiter, placeBy: BigInt((await now()) + 7 * DAY + HOUR) }
    const run = await fulfilledRun(fixture, { listing: fixture.listing, name: 'live', n: 2n, deal })
    const poll = await opened(fixture, dispute(fixture, run))
    const [, , lapse] = await orders.statusOf(run.orderId)
    const { closesAt } = await curation.get(poll)
    expect(lapse - closesAt).toBe(BigInt(2 * DAY))
    await setNextTimestamp(Number(closesAt))
    await curation.connect(dan).vote(poll, true)
    expect(lapse - (await curation.get(poll)).closesAt).toBe(BigInt(DAY))
    await setNextTimestamp(Number(lapse))
    await curation.resolveDispute(poll, run.deal, run.goodsHash, run.deliveryHash)
    expect((await orders.statusOf(run.orderId))[0]).toBe(REFUNDED)
  })

  it('that is resolved after it lapsed in Orders moves the bond alone', async () => {
    const { fixture, curation, stranger, market, ann, orders, buyer } = await withRun()
    const config = { ...CONFIG, pollSeconds: BigInt(12 * DAY) }
    const change = await opened(fixture, curation.connect(stranger).proposeConfig(market, config, FROM_VAULT))
    await votes(curation, change, [ann])
    await whenClosed(curation, change)
    await curation.resolveConfig(change, config)
    await setNextTimestamp((await now()) + 7 * DAY)
    const arbiter = await curation.getAddress()
    const deal = { arbiter, placeBy: BigInt((await now()) + 7 * DAY + HOUR) }
    const run = await fulfilledRun(fixture, { listing: fixture.listing, name: 'live', n: 2n, deal })
    const poll = await opened(fixture, dispute(fixture, run))
    await votes(curation, poll, [ann])
    const [, , lapse] = await orders.statusOf(run.orderId)
    await setNextTimestamp(Number(lapse) + 1)
    const resolving = () => curation.resolveDispute(poll, run.deal, run.goodsHash, run.deliveryHash)
    expect(await gains(fixture, [buyer], resolving)).toEqual([9n * UNIT])
    expect((await orders.statusOf(run.orderId))[0]).toBe(FULFILLED_DISPUTED)
    expect((await curation.get(poll)).status).toBe(STATUS.PASSED)
  })
})
