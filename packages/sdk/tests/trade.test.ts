import { LinearCurve__factory } from '@gristmill/abi'
import { type Hex, isProtocolError, receiptHash } from '@gristmill/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ContractRevertError,
  CURVE_NAMES,
  InvalidParameterError,
  MARKET_PRESETS,
  NotFulfilledError,
  NothingReleasedError,
  OrderUnknownError,
  PriceAboveMaximumError,
  ReceiptMismatchError,
} from '../src/index.js'
import {
  attest,
  chainNow,
  clientOf,
  errorOf,
  ONE,
  offer,
  random32,
  receiptFor,
  type Stage,
  setStage,
  TEST_CONFIG,
  walletOf,
} from './_util.js'

const PRICE = 100n * ONE
const SHARE = 10n ** 18n
let stage: Stage
let listing: `0x${string}`
let attested: Awaited<ReturnType<typeof attest>>

beforeAll(async () => {
  stage = await setStage()
  attested = await attest(stage)
  const prices = { access: PRICE, compute: PRICE }
  listing = (await stage.maker.listings.publishAttested({ ...attested, prices, payment: 'permit' })).listing
})
afterAll(() => stage.localnet.close())

const order = async (kind: 'access' | 'compute') => {
  const quote = await offer(stage, { attested, listing, kind, price: PRICE })
  const { orderId } = await stage.buyer.orders.place({ quote, payment: 'permit' })
  return { orderId, ...quote }
}
const vaultOf = async (name: 'maker' | 'buyer' | 'operator') =>
  (await stage[name].vault.balance({ token: stage.localnet.token })).vault

describe('a market', () => {
  it('says how money was divided, and quotes what it gives', async () => {
    const { patron, market } = stage
    const amount = 500n * ONE
    const quoted = await patron.markets.quoteFund({ market, amount })
    const funded = await patron.markets.fund({ market, amount, payment: 'permit' })
    expect(funded.shares).toBe(quoted.shares)
    expect(funded.toUnlocked + funded.toLocked + funded.tribute).toBe(amount)
    const { prices, reserve, asset } = await patron.markets.get({ market })
    expect(asset).toBe(stage.localnet.token)
    expect(prices.bid).toBeLessThan(prices.ask as bigint)
    const { amount: back } = await patron.markets.quoteRedeem({ market, shares: funded.shares })
    expect(back).toBeLessThanOrEqual(amount)
    expect(back).toBe(quoted.redeemable)
    expect(reserve.unlocked).toBeGreaterThan(1_000n * ONE)
    expect((await patron.markets.redeem({ market, shares: funded.shares })).amount).toBeGreaterThan(0n)
  })

  it('does not give fewer shares than accepted', async () => {
    const { patron, market } = stage
    const fund = patron.markets.fund({ market, amount: ONE, minShares: 10n ** 30n, payment: 'permit' })
    expect(await errorOf(fund)).toMatchObject({ errorName: 'Markets_TooFewShares', args: { minShares: 10n ** 30n } })
  })

  it('is not funded above the highest price that is accepted', async () => {
    const { patron, market } = stage
    const { prices } = await patron.markets.get({ market })
    const ask = prices.ask as bigint
    const fund = (maxPrice: bigint) => patron.markets.fund({ market, amount: 10n * ONE, maxPrice, payment: 'permit' })
    expect(await errorOf(fund(ask / 2n))).toBeInstanceOf(PriceAboveMaximumError)
    const { shares } = await fund(2n * ask)
    expect((10n * ONE * 10n ** 18n) / shares).toBeLessThanOrEqual(2n * ask)
    await expect(fund(0n)).rejects.toBeInstanceOf(InvalidParameterError)
    const both = patron.markets.fund({ market, amount: ONE, minShares: 1n, maxPrice: ask, payment: 'permit' })
    await expect(both).rejects.toBeInstanceOf(InvalidParameterError)
  })

  it.each(CURVE_NAMES)('on the %s curve is told, quoted and drawn as the chain computes it', async (curve) => {
    const { patron, localnet } = stage
    const k = { linear: 10n ** 24n, flat: SHARE, root: SHARE, computable: 110n * SHARE }[curve]
    const terms = { asset: localnet.token, p0: 1_000n * ONE, k, config: MARKET_PRESETS.quick(6), seed: 10_000n * ONE }
    const { market } = await patron.markets.create({ ...terms, curve, payment: 'permit' })
    const amount = 300n * ONE
    const { market: shown, trade, points } = await patron.markets.curve({ market, amount })
    expect(shown.curveName).toBe(curve)
    const ask = shown.prices.ask as bigint
    expect(points.find(({ supply }) => supply === shown.reserve.supply)?.ask).toBe(ask)
    expect(points.map(({ supply }) => supply)).toEqual([...new Set(points.map(({ supply }) => supply))])
    // No share costs less than the first; on the root curve all cost more than that.
    expect(trade?.price).toBeGreaterThanOrEqual(ask)
    expect(trade?.price).toBeLessThanOrEqual((ask * (curve === 'root' ? 1_010_000n : 1_000_001n)) / 1_000_000n)
    const funded = await patron.markets.fund({ market, amount, maxPrice: trade?.price as bigint, payment: 'permit' })
    expect(funded).toMatchObject({ shares: trade?.shares, tribute: trade?.tribute, toUnlocked: trade?.toUnlocked })
    const { prices, reserve } = await patron.markets.get({ market })
    expect(reserve.supply).toBe(trade?.supply)
    // What was paid is rounded up, which the prices foretold do not count.
    expect([0n, 1n]).toContain((prices.ask as bigint) - (trade?.ask as bigint))
  })

  it('is not created with parameters that its curve does not know, and nothing is sent', async () => {
    const { patron, localnet } = stage
    const terms = { asset: localnet.token, p0: ONE, k: SHARE, config: MARKET_PRESETS.quick(6), seed: ONE }
    const nonce = () => walletOf(localnet, 'patron').getNonce()
    const before = await nonce()
    const refused = patron.markets.create({ ...terms, curve: 'computable', payment: 'permit' })
    expect(isProtocolError(await errorOf(refused), 'CURVE_PARAMETERS')).toBe(true)
    expect(await nonce()).toBe(before)
  })

  it('with a curve of its own has its ask asked of the chain', async () => {
    const { patron, localnet } = stage
    const curve = await new LinearCurve__factory(walletOf(localnet, 'patron')).deploy()
    await curve.waitForDeployment()
    const terms = { asset: localnet.token, p0: ONE, k: 10n ** 24n, config: MARKET_PRESETS.quick(6), seed: 100n * ONE }
    const own = await patron.markets.create({ ...terms, curve: (await curve.getAddress()) as Hex, payment: 'permit' })
    const same = await patron.markets.create({ ...terms, payment: 'permit' })
    const [{ prices }, linear] = await Promise.all([patron.markets.get(own), patron.markets.get(same)])
    // A mean price of about a share is hardly above the marginal one.
    expect(prices.ask).toBeGreaterThanOrEqual(linear.prices.ask as bigint)
    expect(prices.ask).toBeLessThan(((linear.prices.ask as bigint) * 101n) / 100n)
    expect(linear.config).toEqual(MARKET_PRESETS.quick(6))
    const [drawn, computed] = await Promise.all([
      patron.markets.curve(own),
      patron.markets.curve({ ...same, amount: 1n }),
    ])
    expect(drawn.market.curveName).toBeUndefined()
    expect(drawn.points.length).toBeGreaterThan(5)
    // What the chain quotes lies on what is computed for the same curve.
    const top = computed.points.at(-1)?.ask as bigint
    for (const { ask } of drawn.points)
      expect([ask >= (linear.prices.ask as bigint), ask <= top + 1n]).toEqual([true, true])
  })

  it('says what leaving gives and what it leaves behind', async () => {
    const { patron, localnet } = stage
    const terms = { asset: localnet.token, p0: ONE, k: 10n ** 24n, config: TEST_CONFIG, seed: 101n * ONE }
    const { market } = await patron.markets.create({ ...terms, payment: 'permit' })
    await patron.markets.addRevenue({ market, amount: 202n * ONE, payment: 'permit' })
    const quote = await patron.markets.quoteRedeem({ market, shares: 10n ** 18n })
    expect(quote).toMatchObject({ pendingLeft: 0n })
    // A day of the drip at most has passed: what does not go now stays.
    expect(quote.amount + quote.lockedLeft).toBeGreaterThanOrEqual(3n * ONE - 2n)
    expect(quote.lockedLeft).toBeGreaterThan(ONE)
    const { amount } = await patron.markets.redeem({ market, shares: 10n ** 18n })
    expect(amount).toBeGreaterThanOrEqual(quote.amount)
  })

  it('does not take money after the deadline', async () => {
    const { patron, market } = stage
    const fund = patron.markets.fund({ market, amount: ONE, deadline: 1, payment: 'permit' })
    expect(await errorOf(fund)).toMatchObject({ errorName: 'Markets_Expired' })
  })
})

describe('a listing', () => {
  it('reads as it was published', async () => {
    expect(await stage.maker.listings.record({ listing })).toMatchObject({
      maker: stage.localnet.actors.maker.address,
      prices: { access: PRICE, compute: PRICE },
      exitAt: 0,
    })
  })

  it('is refused with an attestation for somebody else', async () => {
    const prices = { access: 1n }
    const publish = stage.buyer.listings.publishAttested({
      ...(await attest(stage, { services: ['access'] })),
      prices,
      payment: 'permit',
    })
    expect(await errorOf(publish)).toMatchObject({ errorName: 'Listings_BadAttestation' })
  })

  it('exits and gives its bond back', async () => {
    const { maker, localnet } = stage
    const other = await attest(stage, { services: ['access'] })
    const published = await maker.listings.publishAttested({ ...other, prices: { access: 1n }, payment: 'permit' })
    expect((await maker.listings.record(published)).prices).toEqual({ access: 1n })
    await maker.listings.setPrices({ ...published, prices: { access: 2n } })
    await maker.listings.exit(published)
    expect(await errorOf(maker.listings.returnBond(published))).toMatchObject({ errorName: 'Listings_BondHeld' })
    await localnet.advance(2 * 3_600)
    expect((await maker.listings.returnBond(published)).amount).toBe(10n * ONE)
  })
})

describe('an access order', () => {
  it('is paid out when it is delivered, to the unit', async () => {
    const before = { maker: await vaultOf('maker'), operator: await vaultOf('operator') }
    const { orderId, deal, goods } = await order('access')
    expect(await stage.buyer.orders.get({ orderId })).toMatchObject({
      orderId,
      status: 'placed',
      kind: 'access',
      deal,
      goods,
    })
    const { toMaker, toOperator, toCurators, toReserve, toBuyer } = await stage.operator.orders.deliver({ deal, goods })
    expect(toMaker + toOperator + toCurators + toReserve + toBuyer).toBe(PRICE)
    expect(await stage.buyer.orders.status({ orderId })).toMatchObject({ status: 'settled' })
    expect(await stage.buyer.orders.hasAccess({ listing, account: deal.buyer, n: deal.n })).toBe(true)
    expect((await vaultOf('operator')) - before.operator).toBe(toOperator)
    // The listing earns a reward beside its part.
    expect((await vaultOf('maker')) - before.maker).toBeGreaterThanOrEqual(toMaker)
    expect(await stage.buyer.signals.flush({ listing })).toMatchObject({ amount: toCurators, toReserve: true })
  })

  it('is delivered by nobody but the datatrust', async () => {
    const terms = await order('access')
    expect(await errorOf(stage.buyer.orders.deliver(terms))).toMatchObject({ errorName: 'Orders_NotSigner' })
  })

  it('is placed by nobody but its buyer, once', async () => {
    const quote = await offer(stage, { attested, listing, kind: 'access', price: PRICE })
    const foreign = stage.patron.orders.place({ quote, payment: 'permit' })
    expect(await errorOf(foreign)).toMatchObject({ errorName: 'Orders_NotBuyer' })
    await stage.buyer.orders.place({ quote, payment: 'permit' })
    const again = stage.buyer.orders.place({ quote, payment: 'permit' })
    expect(await errorOf(again)).toMatchObject({ errorName: 'Orders_Exists' })
  })

  it('is refused at another price, with the field named', async () => {
    const quote = await offer(stage, { attested, listing, kind: 'access', price: PRICE - 1n })
    const error = await errorOf(stage.buyer.orders.place({ quote, payment: 'permit' }))
    expect(error).toBeInstanceOf(ContractRevertError)
    expect(error).toMatchObject({ errorName: 'Orders_DealMismatch', args: { field: 'price' } })
  })

  it('is refunded when nothing came, by anyone', async () => {
    const { orderId } = await order('access')
    const stranger = await clientOf(stage.localnet, 'stranger')
    expect(await errorOf(stranger.orders.refund({ orders: [orderId] }))).toMatchObject({ errorName: 'Orders_TooEarly' })
    await stage.localnet.advance(3 * 3_600)
    const before = await vaultOf('buyer')
    const { refunded } = await stranger.orders.refund({ orders: [orderId] })
    expect(refunded).toEqual([{ orderId, amount: PRICE }])
    expect((await vaultOf('buyer')) - before).toBe(PRICE)
    expect((await stranger.orders.refund({ orders: [orderId] })).refunded).toEqual([])
  })

  it('that nobody placed is unknown', async () => {
    await expect(stage.buyer.orders.get({ orderId: random32() })).rejects.toBeInstanceOf(OrderUnknownError)
  })
})

describe('a basket', () => {
  it('is placed with one payment from the Vault', async () => {
    const { buyer, localnet } = stage
    await buyer.vault.deposit({ token: localnet.token, amount: 3n * PRICE })
    const quotes = await Promise.all(
      [1, 2, 3].map(() => offer(stage, { attested, listing, kind: 'access', price: PRICE })),
    )
    const placeMany = () => buyer.orders.placeMany({ quotes, payment: 'vault' })
    expect(await errorOf(placeMany())).toMatchObject({ errorName: 'ERC6909InsufficientAllowance' })
    await buyer.vault.authorize({ module: 'orders' })
    const { orderIds, receipt } = await placeMany()
    expect(orderIds).toHaveLength(3)
    const at = { fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber }
    const events = await buyer.orders.events(at)
    expect(events.map((event) => [event.type, event.orderId])).toEqual(orderIds.map((orderId) => ['placed', orderId]))
    expect(await buyer.orders.events({ ...at, listing })).toEqual(events)
    expect(await buyer.orders.events({ ...at, listing: random32() })).toEqual([])
  })
})

describe('a run', () => {
  it('is settled at once when its buyer accepts what was delivered', async () => {
    const { orderId, deal, goods } = await order('compute')
    await expect(stage.buyer.orders.accept({ orderId })).rejects.toBeInstanceOf(NotFulfilledError)
    const receipt = receiptFor(orderId, goods)
    const fulfilled = await stage.operator.orders.fulfil({ deal, goods, receipt })
    expect(fulfilled).toMatchObject({ orderId, verdict: 'OK', deliveryHash: receiptHash(receipt) })
    const wrong = stage.buyer.orders.accept({ orderId, deliveryHash: random32() })
    await expect(wrong).rejects.toBeInstanceOf(ReceiptMismatchError)
    const { settled } = await stage.buyer.orders.accept({ orderId, deliveryHash: fulfilled.deliveryHash })
    expect(settled).toMatchObject([{ orderId, toMaker: 70n * ONE, toBuyer: 0n }])
  })

  it('that failed costs the failure share, after the window', async () => {
    const { orderId, deal, goods } = await order('compute')
    const receipt = receiptFor(orderId, goods, {
      verdict: 'FUEL',
      releasedHash: `0x${'0'.repeat(64)}`,
      releasedBytes: 0n,
    })
    const { settlesAfter } = await stage.operator.orders.fulfil({ deal, goods, receipt })
    await expect(stage.buyer.orders.accept({ orderId })).rejects.toBeInstanceOf(NothingReleasedError)
    const early = stage.maker.orders.settle({ orders: [orderId] })
    expect(await errorOf(early)).toMatchObject({
      errorName: 'Orders_TooEarly',
      args: { opensAfter: BigInt(settlesAfter) },
    })
    await stage.localnet.advance(settlesAfter - (await chainNow(stage)) + 2)
    const { settled } = await stage.maker.orders.settle({ orders: [orderId] })
    expect(settled).toMatchObject([{ orderId, toBuyer: 90n * ONE }])
    const events = await stage.maker.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    expect(events.map(({ type }) => type)).toEqual(['placed', 'fulfilled', 'settled'])
  })

  it('that nobody accepted costs the failure share, too', async () => {
    const { orderId, deal, goods } = await order('compute')
    const receipt = receiptFor(orderId, goods)
    const { settlesAfter } = await stage.operator.orders.fulfil({ deal, goods, receipt })
    await stage.localnet.advance(settlesAfter - (await chainNow(stage)) + 2)
    const { settled } = await stage.maker.orders.settle({ orders: [orderId] })
    expect(settled).toMatchObject([{ orderId, toBuyer: 90n * ONE }])
  })

  it('is not fulfilled by a receipt for other goods', async () => {
    const { orderId, deal, goods } = await order('compute')
    const receipt = receiptFor(orderId, { ...goods, algorithm: random32() })
    const fulfil = stage.operator.orders.fulfil({ deal, goods, receipt })
    expect(await errorOf(fulfil)).toMatchObject({ code: 'RECEIPT_MISMATCH', details: { field: 'goodsHash' } })
  })
})

describe('a bond', () => {
  it('is added to, unbonds, and is held for its time', async () => {
    const { operator, datatrust, localnet } = stage
    const { bond } = await operator.datatrusts.bond({ datatrust, amount: 5n * ONE, payment: 'permit' })
    const { unbondedAt } = await operator.datatrusts.unbond({ datatrust, amount: 5n * ONE })
    expect(await operator.datatrusts.get({ datatrust })).toMatchObject({
      bond: bond - 5n * ONE,
      unbonding: 5n * ONE,
      unbondedAt,
    })
    expect(await errorOf(operator.datatrusts.withdrawBond({ datatrust }))).toMatchObject({
      errorName: 'Datatrusts_Unbonding',
    })
    await localnet.advance(22 * 86_400)
    expect((await operator.datatrusts.withdrawBond({ datatrust })).amount).toBe(5n * ONE)
    const update = stage.buyer.datatrusts.update({ ...(await operator.datatrusts.get({ datatrust })) })
    expect(await errorOf(update)).toMatchObject({ errorName: 'Datatrusts_NotOperator' })
  })
})
