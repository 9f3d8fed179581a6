import { id, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { Parcel, type Revealed, revealed, revealedRun } from '../trade/delivery.ts'
import { expectRevert } from '../trade/expect.ts'
import { ACK_KEY, acceptanceBy, fulfilled, goodsHashOf, orderIdOf, placed, settlementOf } from '../trade/quotes.ts'
import { ACCESS_PRICE, COMPENSATION, COMPUTE_PRICE, CONFIG, DAY, KIND, STATUS } from '../trade/terms.ts'
import { DEPOSITED, openWorld, totalInVault, vaultBalance } from '../trade/world.ts'

const DEAD = '0x000000000000000000000000000000000000dEaD'
const world = await openWorld()
const { buyer, datatrust, datatrusts, operator, orders, stranger } = world
const asStranger = by(stranger, orders)
const wrong = new Parcel(5, { wrong: [3], seed: 'wrong' })
const right = new Parcel(5)

function complaint({ quote, delivery, parcel }: Revealed, cell = 3) {
  return [quote.deal, goodsHashOf(quote.goods), delivery, parcel.evidence(cell)] as const
}

describe('Orders.complain', () => {
  beforeEach(() => world.reset())

  it.each([
    ['access', revealed, ACCESS_PRICE],
    ['a model', revealedRun, COMPUTE_PRICE],
  ])(
    'gives back the price of %s with one wrong cell, compensates, and burns from the bond',
    async (_, reveal, price) => {
      const before = await vaultBalance(world, buyer)
      const sale = await reveal(world, wrong)
      await asStranger.complain(...complaint(sale))
      expect(await vaultBalance(world, buyer)).toBe(before + COMPENSATION)
      expect(await vaultBalance(world, DEAD)).toBe(price)
      expect(await vaultBalance(world, String(orders.target))).toBe(0n)
      const { bond } = await datatrusts.get(datatrust)
      expect(bond).toBe(CONFIG.minBond - COMPENSATION - price)
      expect((await world.markets.reserveOf(world.market)).pending).toBe(0n)
      expect((await orders.statusOf(orderIdOf(sale.quote.deal)))[0]).toBe(STATUS.REFUNDED)
      expect((await totalInVault(world)) + price).toBe(DEPOSITED)
      const [event] = await orders.queryFilter('ComplaintUpheld')
      const args = orders.interface.parseLog(event as never)?.args.toArray()
      expect(args).toEqual([orderIdOf(sale.quote.deal), 3n, COMPENSATION, price])
    },
  )

  it.each([0, 1, 2, 3, 4])('never slashes a correct delivery: cell %s is right', async (cell) => {
    const sale = await revealed(world, right)
    await expectRevert(asStranger.complain(...complaint(sale, cell)), 'Orders_CellIsRight', [
      orderIdOf(sale.quote.deal),
      BigInt(cell),
    ])
  })

  it('says that the other cells of a wrong delivery are right', async () => {
    const sale = await revealed(world, wrong)
    await expectRevert(asStranger.complain(...complaint(sale, 0)), 'Orders_CellIsRight')
    await asStranger.complain(...complaint(sale, 3))
  })

  it('is taken in the last second of the window and not a second later', async () => {
    const sale = await revealed(world, wrong)
    const last = (await world.chain.now()) + CONFIG.complaintWindowSeconds
    await world.chain.nextBlockAt(last + 1n)
    await expectRevert(asStranger.complain(...complaint(sale)), 'Orders_TooLate', [orderIdOf(sale.quote.deal), last])
    await world.reset()
    const again = await revealed(world, wrong)
    await world.chain.nextBlockAt((await world.chain.now()) + CONFIG.complaintWindowSeconds)
    await asStranger.complain(...complaint(again))
  })

  it('is refused once, after an acceptance, before the reveal, and for a receipt alone', async () => {
    const sale = await revealed(world, wrong)
    await asStranger.complain(...complaint(sale))
    const twice = asStranger.complain(...complaint(sale))
    await expectRevert(twice, 'Orders_WrongStatus', [orderIdOf(sale.quote.deal), STATUS.REFUNDED])
    await world.reset()

    const accepted = await revealed(world, wrong)
    const acceptance = await acceptanceBy(world, ACK_KEY, accepted.quote, accepted.delivery)
    await asStranger.settle([settlementOf(accepted.quote, accepted.delivery, acceptance)])
    const late = asStranger.complain(...complaint(accepted))
    await expectRevert(late, 'Orders_WrongStatus', [orderIdOf(accepted.quote.deal), STATUS.SETTLED])
    await world.reset()

    const quote = await placed(world, KIND.ACCESS)
    const early = asStranger.complain(...complaint({ ...accepted, quote }))
    await expectRevert(early, 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.PLACED])
    const { quote: run } = await fulfilled(world, 0n, { deal: { n: 2n } })
    const alone = asStranger.complain(...complaint({ ...accepted, quote: run }))
    await expectRevert(alone, 'Orders_WrongStatus', [orderIdOf(run.deal), STATUS.FULFILLED])
  })

  it('is refused once the run is disputed: cells are checked first', async () => {
    const sale = await revealedRun(world, wrong, { deal: { arbiter: world.arbiter.address } })
    const { deal, goods } = sale.quote
    const { deliveryHash } = settlementOf(sale.quote, sale.delivery)
    await by(world.arbiter, orders).dispute(deal, goodsHashOf(goods), deliveryHash)
    await expectRevert(asStranger.complain(...complaint(sale)), 'Orders_WrongStatus', [
      orderIdOf(deal),
      STATUS.REVEALED_DISPUTED,
    ])
  })

  it.each<[string, object]>([
    ['contentRoot', { contentRoot: id('other') }],
    ['sizeBytes', { sizeBytes: 1n }],
    ['cipherRoot', { cipherRoot: id('other') }],
    ['key', { key: id('other') }],
    ['receiptHash', { receiptHash: id('other') }],
  ])('refuses a delivery with another %s', async (_, changes) => {
    const sale = await revealed(world, wrong)
    const delivery = { ...sale.delivery, ...changes }
    await expectRevert(asStranger.complain(...complaint({ ...sale, delivery })), 'Orders_WrongTerms')
  })

  it('refuses other goods and another deal', async () => {
    const sale = await revealed(world, wrong)
    const [deal, goodsHash, delivery, evidence] = complaint(sale)
    await expectRevert(asStranger.complain(deal, id('other'), delivery, evidence), 'Orders_WrongTerms')
    const richer = { ...deal, compensation: deal.price }
    await expectRevert(asStranger.complain(richer, goodsHash, delivery, evidence), 'Orders_WrongTerms')
  })

  it('refuses evidence that proves nothing', async () => {
    const sale = await revealed(world, wrong)
    const [deal, goodsHash, delivery, evidence] = complaint(sale)
    const cases: [string, object][] = [
      ['Fair_BadCell', { cell: 5n }],
      ['Fair_BadCellSize', { cipherCell: '0x1234' }],
      ['Fair_BadCipherProof', { cell: 2n }],
      ['Fair_BadCipherProof', { cipherProof: evidence.cipherProof.slice(1) }],
      ['Fair_BadCipherProof', { cipherCell: wrong.evidence(2).cipherCell }],
      ['Fair_BadPlainProof', { plainLeaf: ZeroHash }],
      ['Fair_BadPlainProof', { plainProof: [...evidence.plainProof, ZeroHash] }],
    ]
    for (const [name, changes] of cases) {
      await expectRevert(asStranger.complain(deal, goodsHash, delivery, { ...evidence, ...changes }), name)
    }
  })

  describe('given a bond that an earlier complaint has nearly used up', () => {
    const UNIT = 1_000_000n
    /** Two sales while the bond is whole; the complaint about the first leaves `left` of it. */
    async function saleWithBondOf(left: bigint): Promise<Revealed> {
      const price = CONFIG.minBond - COMPENSATION - left
      const dear = await revealed(world, new Parcel(2, { wrong: [0], seed: 'dear' }), { deal: { price } })
      const sale = await revealed(world, wrong)
      await asStranger.complain(...complaint(dear, 0))
      return sale
    }

    it('takes at most half of it for the buyer, rounded down, and burns the rest', async () => {
      const sale = await saleWithBondOf(3n * UNIT + 1n)
      const [before, burnt] = [await vaultBalance(world, buyer), await vaultBalance(world, DEAD)]
      await asStranger.complain(...complaint(sale))
      expect((await vaultBalance(world, buyer)) - before).toBe(ACCESS_PRICE + (3n * UNIT) / 2n)
      expect((await vaultBalance(world, DEAD)) - burnt).toBe((3n * UNIT) / 2n + 1n)
      expect((await datatrusts.get(datatrust)).bond).toBe(0n)
    })

    it('gives the price back all the same where nothing is left', async () => {
      const sale = await saleWithBondOf(0n)
      const before = await vaultBalance(world, buyer)
      await asStranger.complain(...complaint(sale))
      expect((await vaultBalance(world, buyer)) - before).toBe(ACCESS_PRICE)
    })

    it('reaches what is unbonding, after what is not', async () => {
      const sale = await revealed(world, wrong)
      await by(operator, datatrusts).unbond(datatrust, CONFIG.minBond - UNIT)
      await asStranger.complain(...complaint(sale))
      const { bond, unbonding } = await datatrusts.get(datatrust)
      expect([bond, unbonding]).toEqual([0n, CONFIG.minBond - COMPENSATION - ACCESS_PRICE])
      const { chain } = world
      await chain.wait(21n * DAY + 1n)
      const before = await vaultBalance(world, operator)
      await by(operator, datatrusts).withdrawBond(datatrust, operator.address)
      expect((await vaultBalance(world, operator)) - before).toBe(unbonding)
    })
  })

  it('leaves nothing of the sale to the market: no reward, no curators’ part', async () => {
    const { unlocked, locked, bounty } = await world.markets.reserveOf(world.market)
    const sale = await revealed(world, wrong)
    await asStranger.complain(...complaint(sale))
    await world.chain.wait(30n * DAY)
    await asStranger.settle([settlementOf(sale.quote, sale.delivery)])
    const reserve = await world.markets.reserveOf(world.market)
    expect([reserve.unlocked, reserve.locked, reserve.bounty]).toEqual([unlocked, locked, bounty])
    expect(await orders.accrualOf(sale.quote.deal.listing)).toEqual([0n, 0n])
  })
})
