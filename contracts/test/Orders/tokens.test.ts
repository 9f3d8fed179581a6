import { ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { goodsHashOf, orderIdOf, placed, quoteFor } from '../trade/quotes.ts'
import { ACCESS_PRICE, FROM_VAULT, FROM_WALLET, KIND, STATUS } from '../trade/terms.ts'
import { openWorld, vaultBalance } from '../trade/world.ts'

describe('Orders, given a token that takes a fee', async () => {
  const world = await openWorld('FeeToken')
  const { buyer, orders, token } = world
  beforeEach(async () => {
    await world.reset()
    await token.getFunction('setFees')(100n, 0n)
    await by(buyer, token).approve(orders.target, ACCESS_PRICE)
  })

  it('refuses payment from the wallet: less than the price would arrive', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    const args = [world.asset, ACCESS_PRICE, ACCESS_PRICE - ACCESS_PRICE / 100n]
    await expectRevert(by(buyer, orders).place(quote, FROM_WALLET), 'Payments_AmountMismatch', args)
  })

  it('trades in what was deposited', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await by(world.signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
  })
})

describe('Orders, given a token that calls back in the middle of a payment', async () => {
  const world = await openWorld('CallbackToken')
  const { buyer, orders, token } = world
  beforeEach(async () => {
    await world.reset()
    await by(buyer, token).approve(orders.target, 2n * ACCESS_PRICE)
  })

  it('refuses every call that moves money or states', async () => {
    const earlier = await placed(world, KIND.ACCESS)
    const quote = await quoteFor(world, KIND.ACCESS, { deal: { n: 2n } })
    const { deal, goods } = earlier
    const calls: [string, unknown[]][] = [
      ['place', [quote, FROM_VAULT]],
      ['placeMany', [[quote], FROM_VAULT]],
      ['deliver', [deal, goodsHashOf(goods)]],
      ['refund', [[{ deal, goodsHash: goodsHashOf(goods) }]]],
      ['dispute', [deal, goodsHashOf(goods), ZeroHash]],
      ['rule', [deal, goodsHashOf(goods), ZeroHash, true]],
      ['takeCurators', [world.listing, true]],
      ['forfeitReward', [world.listing]],
    ]
    for (const [name, args] of calls) {
      await token.getFunction('setCallback')(orders.target, orders.interface.encodeFunctionData(name, args))
      await expectRevert(by(buyer, orders).place(quote, FROM_WALLET), 'ReentrancyGuardReentrantCall')
    }
    expect(await vaultBalance(world, String(orders.target))).toBe(ACCESS_PRICE)
  })
})
