import {
  type Address,
  type DatatrustId,
  type Deal,
  type DomainParams,
  type Goods,
  type Hex,
  isProtocolError,
  type ListingId,
  type OrderId,
  type Receipt,
  type TypedData,
  typedDataDigest,
} from '@gristmill/protocol'
import {
  Client,
  jsonRpcProvider,
  type ListingRecord,
  type OrderStatus,
  toTypedError,
  verifySignature,
  WrongChainError,
} from '@gristmill/sdk'
import type { JsonRpcProvider } from 'ethers'
import type { Config } from '../config/config.js'
import type { Secrets } from '../config/secrets.js'
import { now } from '../now.js'
import { ChainTimeoutError, DatatrustUnknownError, IdentityMismatchError } from './chain-errors.js'
import type { ChainEvent } from './chain-event.js'
import { readEvents, readOrderEvents } from './read-events.js'

const CONNECT_TIMEOUT_MS = 15_000

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

  private constructor(client: Client, provider: JsonRpcProvider) {
    this.client = client
    this.#provider = provider
    const { chainId, deployment } = client
    this.ordersDomain = { chainId, verifyingContract: deployment.orders }
    this.listingsDomain = { chainId, verifyingContract: deployment.listings }
  }

  /** Connects and checks that chain, contracts, datatrust and keys belong together. */
  static async connect({ chain: { rpcUrl, chainId, deployment } }: Config, { signer }: Secrets): Promise<Chain> {
    const provider = jsonRpcProvider(rpcUrl)
    try {
      const connecting = Client.connect({ runner: signer.connect(provider), deployment })
      const client = await inTime(connecting, CONNECT_TIMEOUT_MS)
      if (client.chainId !== chainId) throw new WrongChainError(chainId, client.chainId)
      return new Chain(client, provider)
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
    if (registered.keyFingerprint.toLowerCase() !== fingerprint.toLowerCase()) {
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

  /** Marks a run done; returns when a block has it. */
  async fulfil(deal: Deal, goods: Goods, receipt: Receipt): Promise<void> {
    await this.client.orders.fulfil({ deal, goods, receipt })
  }

  /** True if `account` signed, by its key or as a contract (ERC-1271). */
  isSignedBy(account: Address, typedData: TypedData, signature: Hex): Promise<boolean> {
    return verifySignature(this.#provider, { account, digest: typedDataDigest(typedData), signature })
  }

  close(): void {
    this.#provider.destroy()
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
