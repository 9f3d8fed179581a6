import {
  type Addressable,
  getBytes,
  MaxUint256,
  parseEther,
  Signature,
  solidityPackedKeccak256,
  ZeroAddress,
} from 'ethers'
import { by } from '../../test/trade/contracts.ts'
import type { World } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'
import type { Asset } from './asset.ts'
import type { Peer } from './peer.ts'

const ONE = parseEther('1')
const NO_MARKET_FEE = {
  consumeMarketFeeAddress: ZeroAddress,
  consumeMarketFeeToken: ZeroAddress,
  consumeMarketFeeAmount: 0,
} as const

/** How the buyer lets the contracts take tokens: exactly what is due each time, or once without limit before. */
export type Approval = 'exact' | 'standing'

/** Template 1: buy a datatoken, then spend it on an order. What was paid stays in the exchange. */
export async function buyPlain(peer: Peer, asset: Asset, approval: Approval, count = 1): Promise<Step[]> {
  const { buyer, token } = peer.world
  const steps: Step[] = []
  const price = await priceOf(peer, asset, BigInt(count))
  if (approval === 'exact') {
    steps.push(await approve(peer, 'FixedRateExchange', peer.exchange.target, price))
  }
  const buying = peer.exchange.connect(buyer).buyDT(asset.exchangeId, ONE * BigInt(count), price, ZeroAddress, 0)
  steps.push(await step(`buyer: FixedRateExchange.buyDT(${count})`, buying))
  const before = await token.balanceOf(peer.world.maker.address)
  if (count === 1) {
    const { consumer, serviceIndex, fee } = await orderOf(peer.world)
    const ordering = asset.datatoken.connect(buyer).startOrder(consumer, serviceIndex, fee, NO_MARKET_FEE)
    steps.push(await step('buyer: ERC20Template.startOrder', ordering))
  } else {
    steps.push(...(await orderMany(peer, asset, approval, count)))
  }
  expectSame('what the maker has before collectBT', await token.balanceOf(peer.world.maker.address), before)
  return steps
}

/** Template 2: buy and order in one transaction, which pays the maker. */
export async function buyEnterprise(peer: Peer, asset: Asset, approval: Approval): Promise<Step[]> {
  const { buyer, maker, token } = peer.world
  const steps: Step[] = []
  const price = await priceOf(peer, asset, 1n)
  if (approval === 'exact') {
    steps.push(await approve(peer, 'ERC20TemplateEnterprise', asset.datatoken.target, price))
  }
  const { consumer, serviceIndex, fee } = await orderOf(peer.world)
  const before: bigint = await token.balanceOf(maker.address)
  const buying = asset.datatoken.connect(buyer).buyFromFreAndOrder(
    { consumer, serviceIndex, _providerFee: fee, _consumeMarketFee: NO_MARKET_FEE },
    {
      exchangeContract: peer.exchange.target,
      exchangeId: asset.exchangeId,
      maxBaseTokenAmount: price,
      swapMarketFee: 0,
      marketFeeAddress: ZeroAddress,
    },
  )
  steps.push(await step('buyer: ERC20TemplateEnterprise.buyFromFreAndOrder', buying))
  expectMore('what the maker has after the purchase', await token.balanceOf(maker.address), before)
  return steps
}

/** Pays the maker of a template 1 asset what is in its exchange. */
export async function collect(peer: Peer, asset: Asset): Promise<Step> {
  const { maker, token } = peer.world
  const { btBalance } = await peer.exchange.getExchange(asset.exchangeId)
  const before: bigint = await token.balanceOf(maker.address)
  const collecting = peer.exchange.connect(maker).collectBT(asset.exchangeId, btBalance)
  const collected = await step('maker: FixedRateExchange.collectBT', collecting)
  expectMore('what the maker has after collectBT', await token.balanceOf(maker.address), before)
  return collected
}

/** Standing approvals of the buyer for everything that may take tokens. */
export async function approveForEver(peer: Peer, plain: Asset, enterprise: Asset): Promise<void> {
  const { buyer, token } = peer.world
  for (const spender of [peer.exchange.target, enterprise.datatoken.target]) {
    await by(buyer, token).approve(spender, MaxUint256)
  }
  await plain.datatoken.connect(buyer).approve(peer.factory.target, MaxUint256)
}

async function orderMany(peer: Peer, asset: Asset, approval: Approval, count: number): Promise<Step[]> {
  const { buyer } = peer.world
  const steps: Step[] = []
  if (approval === 'exact') {
    const approving = asset.datatoken.connect(buyer).approve(peer.factory.target, ONE * BigInt(count))
    steps.push(await step('buyer: ERC20Template.approve(ERC721Factory)', approving))
  }
  const { consumer, serviceIndex, fee } = await orderOf(peer.world)
  const order = {
    tokenAddress: asset.datatoken.target,
    consumer,
    serviceIndex,
    _providerFee: fee,
    _consumeMarketFee: NO_MARKET_FEE,
  }
  const ordering = peer.factory.connect(buyer).startMultipleTokenOrder(Array(count).fill(order))
  steps.push(await step(`buyer: ERC721Factory.startMultipleTokenOrder(${count})`, ordering))
  return steps
}

async function approve(peer: Peer, name: string, spender: string | Addressable, amount: bigint): Promise<Step> {
  const { buyer, token } = peer.world
  return step(`buyer: token.approve(${name})`, by(buyer, token).approve(spender, amount))
}

async function priceOf(peer: Peer, asset: Asset, count: bigint): Promise<bigint> {
  const { baseTokenAmount } = await peer.exchange.calcBaseInGivenOutDT(asset.exchangeId, ONE * count, 0)
  return baseTokenAmount
}

/** An order for the buyer, with the provider's signature over a fee of zero. */
async function orderOf(world: World) {
  const { signer, buyer } = world
  const digest = solidityPackedKeccak256(
    ['bytes', 'address', 'address', 'uint256', 'uint256'],
    ['0x', signer.address, ZeroAddress, 0, 0],
  )
  const { v, r, s } = Signature.from(await signer.signMessage(getBytes(digest)))
  const fee = {
    providerFeeAddress: signer.address,
    providerFeeToken: ZeroAddress,
    providerFeeAmount: 0,
    v,
    r,
    s,
    validUntil: 0,
    providerData: '0x',
  }
  return { consumer: buyer.address, serviceIndex: 0, fee }
}

function expectSame(what: string, actual: bigint, expected: bigint): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, and not ${expected}`)
}

function expectMore(what: string, actual: bigint, before: bigint): void {
  if (actual <= before) throw new Error(`${what}: ${actual}, not more than ${before}`)
}
