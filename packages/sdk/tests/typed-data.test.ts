import {
  acceptanceTypedData,
  ackTypedData,
  type Delivery,
  dealHash,
  dealToChain,
  deliveryHash,
  goodsHash,
  type Hex,
  orderIdOf,
  receiptHash,
  receiptToChain,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { keccak256, Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toTypedError } from '../src/index.js'
import { marketConfigFromChain } from '../src/markets/market-config.js'
import { attest, errorOf, ONE, offer, random32, receiptFor, type Stage, setStage, sign } from './_util.js'

const PRICE = 5n * ONE
const ackKey = Wallet.createRandom()
const key = random32()

describe('what protocol hashes and signs', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await setStage()
  })
  afterAll(() => stage?.localnet.close())

  /** An order of both kinds of hash: a fair exchange of the whole content. */
  const quoted = async () => {
    const { maker, market } = stage
    const attested = await attest(stage, { services: ['access'] })
    const { listing } = await maker.listings.publishAttested({
      ...attested,
      prices: { access: PRICE },
      payment: 'permit',
    })
    const config = marketConfigFromChain((await maker.contracts.markets.configOf(market))[0])
    const compensation = (config.minBond * BigInt(config.compensationBps)) / 10_000n
    const deal = { compensation, window: config.complaintWindowSeconds, ackKey: ackKey.address as Hex }
    const goods = { keyHash: keccak256(key) as Hex, recipientKey: ZERO_BYTES32 }
    return { attested, quote: await offer(stage, { attested, listing, kind: 'access', price: PRICE, deal, goods }) }
  }

  it('is what Orders hashes', async () => {
    const { orders } = stage.buyer.contracts
    const { deal, goods } = (await quoted()).quote
    expect(await orders.hashDeal(dealToChain(deal))).toBe(dealHash(deal))
    expect(await orders.hashGoods(goods)).toBe(goodsHash(goods))
    const orderId = orderIdOf(deal.listing, deal.buyer, deal.n)
    expect(await orders.orderIdOf(deal.listing, deal.buyer, deal.n)).toBe(orderId)
    const receipt = receiptFor(orderId, goods, { releasedRoot: random32(), verdict: 'OK' })
    expect(await orders.hashReceipt(receiptToChain(receipt))).toBe(receiptHash(receipt))
  })

  it('is what Orders takes for an Ack, holds of a Delivery, and takes for an Acceptance by the session key', async () => {
    const { buyer, operator, localnet } = stage
    const { attested, quote } = await quoted()
    const { deal, goods } = quote
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    const { contentRoot, policyHash, metadataHash } = attested.attestation
    const sizeBytes = BigInt(attested.attestation.sizeBytes)
    const content = { contentRoot, sizeBytes, policyHash, metadataHash }
    const cipherRoot = random32()
    const domain = { chainId: BigInt(localnet.chainId), verifyingContract: localnet.deployment.orders }
    const reveal = async (root: Hex) => {
      const ack = await sign(ackKey, ackTypedData(domain, { orderId, contentRoot, sizeBytes, cipherRoot: root }))
      return operator.contracts.orders.reveal(dealToChain(deal), goods, content, cipherRoot, key, ack)
    }
    expect(toTypedError(await errorOf(reveal(random32())))).toMatchObject({ errorName: 'Orders_BadAck' })
    await (await reveal(cipherRoot)).wait()
    expect(await buyer.orders.status({ orderId })).toMatchObject({ status: 'revealed' })

    const delivery: Delivery = { contentRoot, sizeBytes, cipherRoot, key, receiptHash: ZERO_BYTES32 }
    const held = deliveryHash(delivery)
    const acceptance = await sign(ackKey, acceptanceTypedData(domain, { orderId, deliveryHash: held }))
    const terms = { deal, goodsHash: goodsHash(goods), acceptance }
    const other = buyer.orders.settle({
      orders: [{ ...terms, deliveryHash: deliveryHash({ ...delivery, key: random32() }) }],
    })
    await expect(other).rejects.toMatchObject({ errorName: 'Orders_WrongTerms' })
    const { settled } = await buyer.orders.settle({ orders: [{ ...terms, deliveryHash: held }] })
    expect(settled).toMatchObject([{ orderId, toBuyer: 0n }])
  })
})
