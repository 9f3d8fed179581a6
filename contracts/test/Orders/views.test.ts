import { id, MaxUint256 } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import {
  dealHashOf,
  goodsHashOf,
  orderIdOf,
  placed,
  quoteFor,
  receiptFor,
  receiptHashOf,
  refundOf,
} from '../trade/quotes.ts'
import { HOUR, KIND, STATUS } from '../trade/terms.ts'
import { openWorld } from '../trade/world.ts'

const world = await openWorld()
const { buyer, orders, signer, stranger } = world

describe('Orders, when asked', () => {
  beforeEach(() => world.reset())

  it('hashes deals, goods and receipts as ethers does', async () => {
    const quote = await quoteFor(world, KIND.COMPUTE, { deal: { n: MaxUint256 }, goods: { runId: id('run') } })
    const receipt = receiptFor(quote)
    expect(await orders.hashDeal(quote.deal)).toBe(dealHashOf(quote.deal))
    expect(await orders.hashGoods(quote.goods)).toBe(goodsHashOf(quote.goods))
    expect(await orders.hashReceipt(receipt)).toBe(receiptHashOf(receipt))
    expect(await orders.orderIdOf(world.listing, buyer.address, MaxUint256)).toBe(orderIdOf(quote.deal))
  })

  it('knows nothing of an order that does not exist', async () => {
    expect(await orders.statusOf(id('nothing'))).toEqual([STATUS.NONE, KIND.ACCESS, 0n])
    expect(await orders.accrualOf(id('nothing'))).toEqual([0n, 0n])
  })

  it('hasAccess from placing on, until a refund, for that buyer, number and kind only', async () => {
    const has = (n: bigint, account = buyer.address): Promise<boolean> => orders.hasAccess(world.listing, account, n)
    expect(await has(1n)).toBe(false)
    const quote = await placed(world, KIND.ACCESS)
    const unfulfilled = await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    await placed(world, KIND.COMPUTE, { deal: { n: 3n } })
    expect(await Promise.all([has(1n), has(2n), has(3n), has(4n), has(1n, stranger.address)])).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    await by(signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
    await world.chain.wait(2n * HOUR + 1n)
    await orders.refund([refundOf(unfulfilled)])
    expect([await has(1n), await has(2n)]).toEqual([true, false])
  })
})
