import {
  type Address,
  type Delivery,
  dealToChain,
  goodsHash,
  type Hex,
  type OrderId,
  type Receipt,
  receiptHash,
  receiptToChain,
  receiptTypedData,
  typedDataDigest,
  VERDICTS,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { onChain } from '../chain/on-chain.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { findSigner } from '../datatrusts/find-signer.js'
import { getDatatrust } from '../datatrusts/get-datatrust.js'
import { ReceiptNotFoundError } from '../errors/order-errors.js'
import { nameOf } from './deal-from-chain.js'
import type { OrderTerms } from './fulfil-order.js'
import { findDelivered, findPlaced } from './get-order.js'
import type { ToldReceipt } from './get-receipt.js'

/** What `client.orders.contradict` takes. */
export interface ContradictRunParams {
  orderId: OrderId
  /** What the datatrust signed, and the chain does not hold. */
  told: Pick<ToldReceipt, 'receipt' | 'receiptSignature'>
}

/** What `client.orders.contradict` gives; amounts in units of the asset's decimals. */
export interface ContradictRunResult {
  /** The receipt that the order held. */
  held: Receipt
  /** The price, back with the buyer. */
  refunded: bigint
  /** To the buyer, from the datatrust's bond. */
  compensation: bigint
  /** To nobody, from the datatrust's bond. */
  burnt: bigint
  receipt: ContractTransactionReceipt
}

const NO_DELIVERY: Delivery = {
  contentRoot: ZERO_BYTES32,
  sizeBytes: 0n,
  cipherRoot: ZERO_BYTES32,
  key: ZERO_BYTES32,
  receiptHash: ZERO_BYTES32,
}

/**
 * Proves on chain that a datatrust signed two receipts of one run that cannot both be true; anyone may, within the order's
 * window, and the buyer is paid. Throws ReceiptNotFoundError where the transaction that posted the other receipt does not show it.
 */
export async function contradictRun(
  connection: Connection,
  { orderId, told }: ContradictRunParams,
): Promise<ContradictRunResult> {
  const { orders } = connection.contracts
  const { deal, goods } = await findPlaced(connection, orderId)
  const delivered = await findDelivered(connection, orderId)
  const isRevealed = delivered.type === 'revealed'
  const delivery = isRevealed ? delivered.delivery : NO_DELIVERY
  const expected = isRevealed ? delivery.receiptHash : delivered.deliveryHash
  const held = await postedReceipt(connection, { deal, goods }, { ...delivered, expected })
  const signer = await signerOf(connection, deal.datatrust, told)
  const receipt = await send(
    connection,
    orders.contradict,
    dealToChain(deal),
    delivery,
    receiptToChain(held),
    receiptToChain(told.receipt),
    signer,
    told.receiptSignature,
  )
  const { compensation, burnt } = eventOf(orders, orders.getEvent('ContradictionProven'), receipt)
  const { amount: refunded } = eventOf(orders, orders.getEvent('OrderRefunded'), receipt)
  return { held, refunded, compensation, burnt, receipt }
}

interface Posted {
  orderId: OrderId
  transactionHash: Hex
  /** Struct hash of the receipt. */
  expected: Hex
}

/** The receipt that an order holds, out of the transaction that posted it: the chain itself keeps its hash alone. */
async function postedReceipt(connection: Connection, { goods }: OrderTerms, posted: Posted): Promise<Receipt> {
  const { orderId, transactionHash, expected } = posted
  const { contracts, provider } = connection
  const { orders } = contracts
  const transaction = await onChain(() => provider.getTransaction(transactionHash))
  const call = transaction === null ? null : orders.interface.parseTransaction(transaction)
  const outcome = call?.args.at(2)
  if (call === null || !['fulfil', 'revealRun'].includes(call.name)) throw new ReceiptNotFoundError(orderId, expected)
  const { verdict, ...rest } = outcome.toObject()
  const held: Receipt = {
    orderId,
    goodsHash: goodsHash(goods),
    ...rest,
    verdict: nameOf('verdict', VERDICTS, verdict),
  }
  if (receiptHash(held) !== expected) throw new ReceiptNotFoundError(orderId, expected)
  return held
}

/** By which address of the datatrust it was signed; the present one where by none, and the chain refuses it. */
async function signerOf(
  connection: Connection,
  datatrust: number,
  { receipt, receiptSignature: signature }: ContradictRunParams['told'],
): Promise<Address> {
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.orders }
  const digest = typedDataDigest(receiptTypedData(domain, receipt))
  const found = await findSigner(connection, { datatrust, digest, signature })
  return found?.signer ?? (await getDatatrust(connection, { datatrust })).signer
}
