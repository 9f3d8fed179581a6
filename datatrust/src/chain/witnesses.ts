import type { Hex, OrderId } from '@gristmill/protocol'
import { toTypedError } from '@gristmill/sdk'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import type { JsonRpcProvider } from 'ethers'
import type { Database } from '../db/open-database.js'
import type { Logger } from '../logger.js'
import type { BlockMark, Chain } from './chain.js'
import { ChainDisagreementError } from './chain-errors.js'
import { type Cursor, listMarks } from './cursor.js'

/** Orders that were confirmed once are not asked for again; so many are remembered. */
const CONFIRMED_MAX = 10_000

interface Witness {
  /** Its place in the configuration, from 1: a URL may hold a key. */
  name: number
  provider: JsonRpcProvider
  /** Highest block that it showed as the datatrust knows it. */
  agreedNumber: number
  isReachable: boolean
}

/** The word of an endpoint against that of another. */
interface Disagreement {
  witness: number
  blockNumber: number
  ours: Hex
  theirs: Hex
}

export interface WitnessesParams {
  rpcUrls: readonly string[]
  chain: Chain
  db: Database
  log: Logger
}

/**
 * Other endpoints of the same chain. What one endpoint says alone is not delivered on: each of these has to show the same
 * block and to know the order. One that is behind or away holds up what is new; one that contradicts holds up everything.
 */
export class Witnesses {
  readonly #params: WitnessesParams
  readonly #witnesses: readonly Witness[]
  readonly #confirmed = new Set<OrderId>()
  #disagreement: Disagreement | undefined

  constructor(params: WitnessesParams) {
    this.#params = params
    this.#witnesses = params.rpcUrls.map((url, index) => ({
      name: index + 1,
      provider: nodeJsonRpcProvider(url),
      agreedNumber: -1,
      isReachable: true,
    }))
  }

  /** Compares the block to which the chain was read. */
  async compare(cursor: Cursor | undefined): Promise<void> {
    if (cursor === undefined || this.#witnesses.length === 0) return
    const found = await Promise.all(this.#witnesses.map((witness) => this.#compareOne(witness, cursor)))
    this.#settle(found.find((disagreement) => disagreement !== undefined))
  }

  /** True unless an endpoint contradicts another. */
  get agree(): boolean {
    return this.#disagreement === undefined
  }

  /** Throws ChainDisagreementError while an endpoint contradicts another. */
  requireAgreement(): void {
    if (this.#disagreement !== undefined) throw new ChainDisagreementError(this.#disagreement.blockNumber)
  }

  /** True if every endpoint showed the chain as we know it up to a block. */
  haveSeen(blockNumber: number): boolean {
    return this.agree && this.#witnesses.every(({ agreedNumber }) => agreedNumber >= blockNumber)
  }

  /** True if every endpoint knows an order. */
  async confirm(orderId: OrderId): Promise<boolean> {
    if (this.#confirmed.has(orderId)) return true
    const { orders } = this.#params.chain.client.contracts
    for (const { provider } of this.#witnesses) {
      const theirs = orders.connect(provider) as typeof orders
      const [status] = await theirs.statusOf(orderId).catch((error: unknown) => {
        throw toTypedError(error)
      })
      // `none`, the first of all states.
      if (Number(status) === 0) return false
    }
    if (this.#confirmed.size >= CONFIRMED_MAX) this.#confirmed.clear()
    this.#confirmed.add(orderId)
    return true
  }

  close(): void {
    for (const { provider } of this.#witnesses) provider.destroy()
  }

  async #compareOne(witness: Witness, cursor: Cursor): Promise<Disagreement | undefined> {
    try {
      const mark = await this.#highestShared(witness, cursor)
      this.#reached(witness, true)
      if (mark === undefined) return undefined
      const theirs = await hashOf(witness.provider, mark.number)
      if (theirs === mark.hash) {
        witness.agreedNumber = mark.number
        return undefined
      }
      // A block that is gone here, too, is no lie of anybody's.
      const ours = await this.#params.chain.block(mark.number)
      if (theirs === undefined || ours?.hash !== mark.hash) return undefined
      return { witness: witness.name, blockNumber: mark.number, ours: mark.hash, theirs }
    } catch (error) {
      this.#reached(witness, false, error)
      return undefined
    }
  }

  /** The cursor's block, or where the witness is behind the latest remembered one that it should have. */
  async #highestShared({ provider }: Witness, cursor: Cursor): Promise<BlockMark | undefined> {
    const head = await provider.getBlockNumber()
    if (head >= cursor.number) return cursor
    return (await listMarks(this.#params.db)).find(({ number }) => number <= head)
  }

  #reached(witness: Witness, isReachable: boolean, error?: unknown): void {
    if (witness.isReachable === isReachable) return
    witness.isReachable = isReachable
    const { log } = this.#params
    if (isReachable) log.info({ witness: witness.name }, 'witness answers again')
    else log.warn({ witness: witness.name, err: error }, 'witness does not answer: new orders wait')
  }

  #settle(disagreement: Disagreement | undefined): void {
    const before = this.#disagreement
    this.#disagreement = disagreement
    const { log } = this.#params
    if (disagreement !== undefined && before === undefined) {
      // What was seen before the contradiction may have been part of it.
      for (const witness of this.#witnesses) witness.agreedNumber = -1
      this.#confirmed.clear()
      log.error(disagreement, 'endpoints of the chain disagree: nothing is delivered')
    }
    if (disagreement === undefined && before !== undefined) log.info(before, 'endpoints of the chain agree again')
  }
}

async function hashOf(provider: JsonRpcProvider, number: number): Promise<Hex | undefined> {
  return ((await provider.getBlock(number))?.hash ?? undefined) as Hex | undefined
}
