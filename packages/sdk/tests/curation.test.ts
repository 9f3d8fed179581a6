import { DAY, deliveryHash, type Hex } from '@gristmill/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ContractRevertError,
  InvalidParameterError,
  NotFulfilledError,
  NotRevealedError,
  NoWrongCellError,
} from '../src/index.js'
import { revealOrder } from './_fair.js'
import { attest, errorOf, ONE, offer, random32, receiptFor, type Stage, setStage, TEST_CONFIG } from './_util.js'

const SHARE = 10n ** 18n
const PRICE = 100n * ONE
let stage: Stage

beforeAll(async () => {
  stage = await setStage()
  await stage.localnet.advance(10)
})
afterAll(() => stage?.localnet.close())

const vaultOf = async (name: 'maker' | 'buyer' | 'patron') =>
  (await stage[name].vault.balance({ token: stage.localnet.token })).vault

async function list(services: ('access' | 'compute')[] = ['access']) {
  const attested = await attest(stage, { services })
  const prices = Object.fromEntries(services.map((kind) => [kind, PRICE]))
  const { listing } = await stage.maker.listings.publishAttested({ ...attested, prices, payment: 'permit' })
  return { attested, listing }
}

/** Past the last vote. */
async function close(poll: number): Promise<void> {
  const { closesAt } = await stage.patron.curation.poll({ poll })
  const now = await stage.localnet.advance(1)
  await stage.localnet.advance(closesAt - now + 1)
}

describe('a challenge', () => {
  it('is told, voted on, resolved and paid as the chain divides the bonds', async () => {
    const { buyer, patron, maker, market } = stage
    const { listing } = await list()
    const opened = await buyer.curation.challenge({ listing, evidence: 'copied from https://…', payment: 'permit' })
    const { poll } = opened
    expect(opened).toMatchObject({ bond: 10n * ONE })
    expect((await maker.listings.record({ listing })).heldUntil).toBeGreaterThan(opened.closesAt)
    const again = patron.curation.challenge({ listing, evidence: '', payment: 'permit' })
    expect(await errorOf(again)).toMatchObject({ errorName: 'Curation_Challenged' })

    const before = await patron.curation.voteOf({ poll })
    const { weight } = await patron.curation.vote({ poll, isYes: true })
    expect(before).toEqual({ weight, claimable: 0n })
    expect(await patron.curation.voteOf({ poll })).toEqual({ weight, isYes: true, claimable: 0n })
    const shown = await buyer.curation.poll({ poll })
    expect(shown).toMatchObject({ poll, market, kind: 'challenge', status: 'open', yes: weight, no: 0n })
    expect(shown.subject).toEqual({ kind: 'challenge', listing, evidence: 'copied from https://…' })
    expect((await buyer.curation.polls({ market, open: true })).polls).toEqual([shown])
    expect((await buyer.curation.polls({ market, open: false })).polls).toEqual([])
    expect(await errorOf(buyer.curation.resolve({ poll }))).toMatchObject({ errorName: 'Curation_StillOpen' })

    await close(poll)
    const vaults = { buyer: await vaultOf('buyer'), patron: await vaultOf('patron') }
    const { receipt: _, ...parts } = await buyer.curation.resolve({ poll })
    // Of the maker's bond of 10, 40 % are the challenger's, 10 % the voters', the rest the bounty's.
    const expected = { toOpener: 14n * ONE, toOpponent: 0n, toVoters: ONE, toBounty: 5n * ONE }
    expect(parts).toEqual({ status: 'passed', ...expected })
    expect(await vaultOf('buyer')).toBe(vaults.buyer + 14n * ONE)
    const asset = stage.localnet.token
    expect(await patron.curation.rewards()).toEqual([{ poll, market, asset, amount: ONE }])
    expect((await patron.curation.claim({ polls: [poll] })).claimed).toEqual([{ poll, amount: ONE }])
    expect(await vaultOf('patron')).toBe(vaults.patron + ONE)
    expect(await patron.curation.rewards()).toEqual([])
    const events = await maker.listings.events({ fromBlock: 0, toBlock: 'latest', listing })
    expect(events.at(-1)).toMatchObject({ type: 'removed', listing, bond: 10n * ONE })
  })

  it('is refused by name where it cannot be', async () => {
    const { buyer } = stage
    const unknown = buyer.curation.challenge({ listing: random32(), evidence: '', payment: 'permit' })
    expect(await errorOf(unknown)).toBeInstanceOf(ContractRevertError)
    const { listing } = await list()
    const long = buyer.curation.challenge({ listing, evidence: 'x'.repeat(513), payment: 'permit' })
    expect(await errorOf(long)).toMatchObject({ errorName: 'Curation_EvidenceTooLong' })
    expect(await errorOf(buyer.curation.poll({ poll: 0 }))).toBeInstanceOf(InvalidParameterError)
    expect(await errorOf(buyer.curation.poll({ poll: 999 }))).toMatchObject({ errorName: 'Curation_Unknown' })
    await stage.maker.vault.deposit({ token: stage.localnet.token, amount: 10n * ONE, payment: 'permit' })
    const unpaid = stage.maker.curation.challenge({ listing, evidence: '', payment: 'vault' })
    expect(await errorOf(unpaid)).toMatchObject({ errorName: 'ERC6909InsufficientAllowance' })
    await stage.maker.vault.authorize({ module: 'curation' })
    const paid = await stage.maker.curation.challenge({ listing, evidence: '', payment: 'vault' })
    expect(paid.bond).toBe(10n * ONE)
  })
})

describe('proposals', () => {
  it('of rules and of admissions are resolved from what the chain remembers', async () => {
    const { patron, localnet, datatrust } = stage
    const terms = { asset: localnet.token, p0: ONE, k: 10n ** 24n, config: TEST_CONFIG, seed: 100n * ONE }
    const admin = localnet.deployment.curation
    const { market } = await patron.markets.create({ ...terms, admin, payment: 'permit' })
    await localnet.advance(10)
    const config = { ...TEST_CONFIG, makerBps: 6_000, isCurated: true }
    const rules = await patron.curation.proposeConfig({ market, config, payment: 'permit' })
    const who = { market, datatrust, isAdmitted: true }
    const admission = await patron.curation.proposeAdmission({ ...who, payment: 'permit' })
    for (const { poll } of [rules, admission]) await patron.curation.vote({ poll, isYes: true })
    const { polls } = await patron.curation.polls({ market, limit: 1 })
    expect(polls.map(({ subject }) => subject)).toEqual([{ kind: 'admission', datatrust, isAdmitted: true }])
    expect((await patron.curation.poll(rules)).subject).toEqual({ kind: 'config', config })
    await close(admission.poll)
    for (const { poll } of [rules, admission]) {
      expect(await patron.curation.resolve({ poll })).toMatchObject({ status: 'passed', toOpener: 10n * ONE })
    }
    await localnet.advance(8 * DAY)
    expect((await patron.markets.get({ market })).config).toEqual(config)
    expect(await patron.contracts.markets.isAdmitted(market, datatrust)).toBe(true)
  })
})

describe('a dispute', () => {
  it('gives the buyer the price back if share holders say so', async () => {
    const { buyer, patron, operator, localnet } = stage
    const { attested, listing } = await list(['access', 'compute'])
    const deal = { arbiter: localnet.deployment.curation }
    const quote = await offer(stage, { attested, listing, kind: 'compute', price: PRICE, deal })
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    const early = buyer.curation.dispute({ orderId, evidence: '', payment: 'permit' })
    expect(await errorOf(early)).toBeInstanceOf(NotFulfilledError)
    await operator.orders.fulfil({ ...quote, receipt: receiptFor(orderId, quote.goods) })
    const { poll } = await buyer.curation.dispute({ orderId, evidence: 'random weights', payment: 'permit' })
    expect((await buyer.orders.status({ orderId })).status).toBe('fulfilled-disputed')
    await patron.curation.vote({ poll, isYes: true })
    await close(poll)
    expect(await patron.curation.resolve({ poll })).toMatchObject({ status: 'passed', toVoters: ONE })
    const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    expect(events.map(({ type }) => type)).toEqual(['placed', 'fulfilled', 'disputed', 'ruled', 'refunded'])
    expect(events[3]).toMatchObject({ isUpheld: true })
  })
})

describe('signals', () => {
  it('earn from the sales after their wait, and are withdrawn in full', async () => {
    const { patron, buyer, operator, localnet, market } = stage
    const { attested, listing } = await list()
    const amount = 100n * SHARE
    const asset = localnet.token
    await patron.signals.signal({ listing, amount })
    expect(await patron.signals.of({ listing })).toMatchObject({ active: 0n, pending: amount })
    await localnet.advance(2 * DAY + 1)
    await patron.signals.flush({ listing })
    const quote = await offer(stage, { attested, listing, kind: 'access', price: PRICE })
    await buyer.orders.place({ quote, payment: 'permit' })
    await operator.orders.deliver(quote)
    // 2 % of the price, rounded down.
    const own = { active: amount, pending: 0n }
    const earned = (await patron.signals.of({ listing })).account?.claimable ?? 0n
    expect(earned).toBeGreaterThanOrEqual(2n * ONE - 3n)
    expect(earned).toBeLessThanOrEqual(2n * ONE)
    expect(await patron.signals.rewards()).toEqual([{ listing, market, asset, amount: earned, ...own }])
    expect((await patron.signals.claim({ listings: [listing] })).claimed).toEqual([{ listing, amount: earned }])
    await patron.signals.withdraw({ listing, amount })
    expect(await patron.signals.rewards()).toEqual([])
    const more = patron.signals.withdraw({ listing, amount: 1n })
    expect(await errorOf(more)).toMatchObject({ errorName: 'Signals_BadAmount' })
  })
})

describe('a fair exchange', () => {
  it('gives back the price of a wrong delivery, with a compensation, and only of such', async () => {
    const { buyer } = stage
    const wrong = await revealOrder(stage, { wrongCell: 3 })
    const before = await vaultOf('buyer')
    const { receipt: _, ...upheld } = await buyer.orders.complain(wrong)
    // At most compensationBps of the market's least bond; as much as the price is burnt.
    expect(upheld).toEqual({ cell: 3, refunded: PRICE, compensation: 5n * ONE, burnt: PRICE })
    expect(await vaultOf('buyer')).toBe(before + PRICE + 5n * ONE)
    const at = { fromBlock: 0, toBlock: 'latest' as const, orderIds: [wrong.orderId] }
    const events = await buyer.orders.events(at)
    expect(events.map(({ type }) => type).sort()).toEqual(['complaint-upheld', 'placed', 'refunded', 'revealed'])

    const right = await revealOrder(stage)
    expect(await errorOf(buyer.orders.complain(right))).toBeInstanceOf(NoWrongCellError)
    const { settled } = await buyer.orders.accept({ orderId: right.orderId })
    expect(settled).toMatchObject([{ orderId: right.orderId, toBuyer: 0n }])
    const late = await revealOrder(stage)
    await stage.localnet.advance(TEST_CONFIG.complaintWindowSeconds + 1)
    const { settled: bySettle } = await buyer.orders.settle({ orders: [late.orderId] })
    expect(bySettle).toMatchObject([{ orderId: late.orderId, toBuyer: 0n }])
    const [, revealed] = await buyer.orders.events({ ...at, orderIds: [late.orderId] })
    if (revealed?.type !== 'revealed') throw new Error('not revealed')
    expect(revealed.deliveryHash).toBe(deliveryHash(revealed.delivery))
  })

  it('takes no complaint before the key is public', async () => {
    const { attested, listing } = await list()
    const quote = await offer(stage, { attested, listing, kind: 'access', price: PRICE })
    const { orderId } = await stage.buyer.orders.place({ quote, payment: 'permit' })
    const nothing = () => new Blob([]).stream()
    const complaint = stage.buyer.orders.complain({
      orderId: orderId as Hex,
      ciphertext: nothing,
      leaves: nothing,
    })
    expect(await errorOf(complaint)).toBeInstanceOf(NotRevealedError)
  })
})
