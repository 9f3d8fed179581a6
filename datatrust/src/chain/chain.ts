import {
  type Address,
  type DatatrustId,
  type Deal,
  type DomainParams,
  dealToChain,
  type Goods,
  type Hex,
  isProtocolError,
  type ListingId,
  type OrderId,
  orderIdOf,
  type Receipt,
  type TypedData,
  typedDataDigest,
} from '@gristmill/protocol'
import {
  ChainUnreachableError,
  Client,
  type ListingRecord,
  type OrderStatus,
  type RevealOrderParams,
  type Settlement,
  toTypedError,
  verifySignature,
  WrongChainError,
} from '@gristmill/sdk'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import { isError, type JsonRpcProvider, Transaction } from 'ethers'
import type { Config } from '../config/config.js'
import type { Secrets } from '../config/secrets.js'
import type { Database } from '../db/open-database.js'
import { now } from '../now.js'
import { ChainTimeoutError, DatatrustUnknownError, IdentityMismatchError } from './chain-errors.js'
import type { ChainEvent } from './chain-event.js'
import { readEvents, readOrderEvents } from './read-events.js'
import { type OpenTransactions, SendingSigner } from './sending-signer.js'
import { TransactionLog } from './transaction-log.js'

const CONNECT_TIMEOUT_MS = 15_000

/** What stands for the code of an account that has delegated to a contract (EIP-7702); no contract's code begins like it. */
const DELEGATION = '0xef0100'

/** A block as the follower remembers it. */
export interface BlockMark {
  number: number
  hash: Hex
}

/** The chain as the datatrust sees it, through the SDK; the only door to it. */
export class Chain {
  readonly client: Client
  /** Where signatures are good: attestations at Listings, everything else at Orders. */
  readonly ordersDomain: DomainParams
  readonly listingsDomain: DomainParams
  readonly #provider: JsonRpcProvider

  readonly #sender: SendingSigner

  private constructor(client: Client, provider: JsonRpcProvider, sender: SendingSigner) {
    this.client = client
    this.#sender = sender
    this.#provider = provider
    const { chainId, deployment } = client
    this.ordersDomain = { chainId, verifyingContract: deployment.orders }
    this.listingsDomain = { chainId, verifyingContract: deployment.listings }
  }

  /** Connects and checks that chain and contracts belong together. `db` is not asked for before something is sent. */
  static async connect({ chain }: Config, { signer }: Secrets, db: () => Database): Promise<Chain> {
    const { rpcUrl, chainId, deployment } = chain
    const provider = nodeJsonRpcProvider(rpcUrl)
    const log = new TransactionLog(db, signer.address as Address)
    const sender = new SendingSigner(signer, provider, log, chain)
    followVersions(provider, sender)
    try {
      const connecting = Client.connect({ runner: sender, deployment })
      const client = await inTime(connecting, CONNECT_TIMEOUT_MS)
      if (client.chainId !== chainId) throw new WrongChainError(chainId, client.chainId)
      return new Chain(client, provider, sender)
    } catch (error) {
      provider.destroy()
      throw error
    }
  }

  /** Throws unless the chain knows the datatrust by these keys. */
  async requireIdentity({ datatrust }: Config, { signer, openpgp }: Secrets): Promise<void> {
    const registered = await this.client.datatrusts.get({ datatrust }).catch((error: unknown) => {
      throw isProtocolError(error, 'DATATRUSTS_UNKNOWN') ? new DatatrustUnknownError(datatrust, error) : error
    })
    if (registered.signer !== signer.address) {
      throw new IdentityMismatchError(datatrust, 'signer', registered.signer, signer.address)
    }
    const { fingerprint } = openpgp.recipient
    // While one key replaces another, the chain may still know the one before.
    const announced = registered.keyFingerprint.toLowerCase()
    if (!openpgp.keys.some((key) => key.fingerprint.toLowerCase() === announced)) {
      throw new IdentityMismatchError(datatrust, 'keyFingerprint', registered.keyFingerprint, fingerprint)
    }
  }

  /** Unix seconds for deadlines: the later of the chain's clock and ours, so that nothing is sent too late. */
  async now(): Promise<number> {
    // NOTE: not every node answers for the block to come; a local chain whose clock was moved tells it only there.
    const pending = this.#provider.getBlock('pending').catch(() => null)
    const [latest, next] = await typed(Promise.all([this.#provider.getBlock('latest'), pending]))
    return Math.max(latest?.timestamp ?? 0, next?.timestamp ?? 0, now())
  }

  blockNumber(): Promise<number> {
    return typed(this.#provider.getBlockNumber())
  }

  /** Null where the chain has no such block (any more). */
  async block(number: number): Promise<BlockMark | null> {
    const block = await typed(this.#provider.getBlock(number))
    return block?.hash == null ? null : { number, hash: block.hash as Hex }
  }

  /** Unix seconds of a block; null where the chain has no such block (any more). */
  async blockTime(number: number): Promise<number | null> {
    return (await typed(this.#provider.getBlock(number)))?.timestamp ?? null
  }

  /** Number of the latest block that the chain calls final; -1 where it has no such word. */
  async finalizedNumber(): Promise<number> {
    try {
      return (await this.#provider.getBlock('finalized'))?.number ?? -1
    } catch (error) {
      // Not every node knows the word; one that does not answer at all is another matter.
      if (isError(error, 'NETWORK_ERROR') || isError(error, 'SERVER_ERROR') || isError(error, 'TIMEOUT')) {
        throw toTypedError(error)
      }
      const typedError = toTypedError(error)
      if (typedError instanceof ChainUnreachableError) throw typedError
      return -1
    }
  }

  /** What concerns a datatrust in these blocks, both included. */
  events(datatrust: DatatrustId, fromBlock: number, toBlock: number): Promise<ChainEvent[]> {
    return typed(readEvents(this.client, { datatrust, fromBlock, toBlock }))
  }

  /** The same for one order. */
  eventsOfOrder(orderId: OrderId, fromBlock: number, toBlock: number): Promise<ChainEvent[]> {
    return typed(readOrderEvents(this.client, { orderId, fromBlock, toBlock }))
  }

  /** What the chain knows about a listing; null if it knows none. */
  async listing(listing: ListingId): Promise<ListingRecord | null> {
    try {
      return await this.client.listings.record({ listing })
    } catch (error) {
      if (isProtocolError(error, 'LISTINGS_UNKNOWN')) return null
      throw error
    }
  }

  statusOf(orderId: OrderId): Promise<OrderStatus> {
    return this.client.orders.status({ orderId })
  }

  /** Marks an access order delivered; returns when a block has it. */
  async deliver(deal: Deal, goods: Goods): Promise<void> {
    await this.client.orders.deliver({ deal, goods })
  }

  /** Reveals the key of a fair exchange; returns when a block has it. */
  async reveal(params: RevealOrderParams): Promise<void> {
    await this.client.orders.reveal(params)
  }

  /** Marks a run done; returns when a block has it. */
  async fulfil(deal: Deal, goods: Goods, receipt: Receipt): Promise<void> {
    await this.client.orders.fulfil({ deal, goods, receipt })
  }

  /** Pays out orders; returns when a block has it. Those that somebody else settled are passed over. */
  async settle(orders: readonly Settlement[]): Promise<void> {
    await this.client.orders.settle({ orders })
  }

  /** Throws what the chain would say to the settlement of one order; nothing is sent. */
  async trySettle({ deal, goodsHash, deliveryHash }: Settlement): Promise<void> {
    const { orders } = this.client.contracts
    await typed(orders.settle.estimateGas([{ deal: dealToChain(deal), goodsHash, deliveryHash, acceptance: '0x' }]))
  }

  /** Orders whose settlement was signed here and is not known to be in a block. */
  async settling(): Promise<ReadonlySet<OrderId>> {
    const { orders } = this.client.contracts
    const orderIds = new Set<OrderId>()
    for (const { raw } of await this.#sender.open()) {
      const { to, data } = Transaction.from(raw)
      const isOurs = to?.toLowerCase() === this.client.deployment.orders.toLowerCase()
      const call = isOurs ? orders.interface.parseTransaction({ data }) : null
      if (call?.name !== 'settle') continue
      const settlements = call.args[0] as { deal: { listing: ListingId; buyer: Address; n: bigint } }[]
      for (const { deal } of settlements) orderIds.add(orderIdOf(deal.listing, deal.buyer, deal.n))
    }
    return orderIds
  }

  /** Sends again what was sent and is in no block. */
  tend(): Promise<void> {
    return typed(this.#sender.tend())
  }

  /** What was sent and is in no block, as last seen by `tend`. */
  get waiting(): OpenTransactions {
    return this.#sender.waiting
  }

  /** True if `account` signed, by its key or as a contract (ERC-1271). */
  isSignedBy(account: Address, typedData: TypedData, signature: Hex): Promise<boolean> {
    return verifySignature(this.#provider, { account, digest: typedDataDigest(typedData), signature })
  }

  /** True if an account has code of its own. One that has delegated to code (EIP-7702) still signs with its key, and is none. */
  async isContract(account: Address): Promise<boolean> {
    const code = await typed(this.#provider.getCode(account))
    return code !== '0x' && !code.toLowerCase().startsWith(DELEGATION)
  }

  /** What an account has for gas, and what gas costs now at most. */
  async gasMoneyOf(address: string): Promise<{ balanceWei: bigint; gasPriceWei: bigint }> {
    const [balanceWei, fees] = await typed(
      Promise.all([this.#provider.getBalance(address), this.#provider.getFeeData()]),
    )
    return { balanceWei, gasPriceWei: fees.maxFeePerGas ?? fees.gasPrice ?? 0n }
  }

  close(): void {
    this.#provider.destroy()
  }
}

/** Whoever waits for a transaction is answered when a block has any version of it. */
function followVersions(provider: JsonRpcProvider, sender: SendingSigner): void {
  const receiptOf = provider.getTransactionReceipt.bind(provider)
  provider.getTransactionReceipt = async (hash) => {
    const own = await receiptOf(hash)
    if (own !== null) return own
    for (const version of await sender.versionsOf(hash)) {
      const receipt = await receiptOf(version)
      if (receipt !== null) return receipt
    }
    return null
  }
}

/** What ethers throws becomes an error of the SDK. */
async function typed<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw toTypedError(error)
  }
}

async function inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ChainTimeoutError(timeoutMs)), timeoutMs)
  })
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
