import { JournalCorruptError, ReplayMismatchError } from './errors.js'
import { createEvm, type Evm } from './evm.js'
import type { Journal } from './journal.js'
import type { AdvanceRecord, GenesisRecord, JournalRecord, ReadyRecord, TransactionRecord } from './journal-record.js'
import { Mutex } from './mutex.js'
import { NonceQueue, parseTransaction } from './nonce-queue.js'
import { INTERNAL_ERROR, RpcError, TRANSACTION_REJECTED } from './rpc-error.js'

export interface StartChainParams {
  /** Everything that happened, the genesis first. */
  records: readonly [GenesisRecord, ...JournalRecord[]]
  /** Absent: the chain lives as long as its process. */
  journal?: Journal
}

/** How a block is mined. */
export interface MineParams {
  /** What the block asks for gas; what pays less stays where it is. Default: as it follows from the block before. */
  baseFeeWei?: bigint
}

/** A chain whose blocks come when told. */
export interface HeldBlocks {
  /** A block of what waits and pays for it. */
  mine(params?: MineParams): Promise<void>
  /** Takes in what waits, and goes on as before. */
  release(): Promise<void>
}

/** The chain: an EVM, its clock and its journal. Calls run one after the other. */
export class Chain {
  readonly genesis: GenesisRecord
  readonly #evm: Evm
  readonly #journal: Journal | undefined
  readonly #mutex = new Mutex()
  readonly #queue = new NonceQueue()
  #advancedSeconds = 0
  #timestamp: number
  #ready: ReadyRecord | undefined
  #failure: unknown

  private constructor(evm: Evm, genesis: GenesisRecord, journal: Journal | undefined) {
    this.genesis = genesis
    this.#evm = evm
    this.#journal = journal
    this.#timestamp = genesis.timestamp
  }

  /** Computes the chain that `records` describe and goes on from there. */
  static async start({ records, journal }: StartChainParams): Promise<Chain> {
    const [genesis, ...later] = records
    const { chainId, hardfork, timestamp } = genesis
    const evm = await createEvm({ chainId, hardfork, genesisTimestamp: timestamp })
    const chain = new Chain(evm, genesis, journal)
    try {
      await chain.#applyGenesis()
      await chain.#replay(later)
    } catch (error) {
      await evm.close()
      throw error
    }
    return chain
  }

  /** What set-up left behind; undefined until it has finished. */
  get ready(): ReadyRecord | undefined {
    return this.#ready
  }

  /** Unix seconds that a block mined now would carry: real time plus what was advanced, never before the last block. */
  get now(): number {
    return Math.max(this.#timestamp, Math.floor(Date.now() / 1000) + this.#advancedSeconds)
  }

  /** Accepts a raw signed transaction and returns its hash when it is in the journal. Throws RpcError. */
  submit(raw: string): Promise<string> {
    return this.#exclusively(async () => {
      const timestamp = this.now
      const hash = await this.#accept(raw, timestamp)
      this.#record({ kind: 'transaction', timestamp, raw, head: await this.#head() })
      return hash
    })
  }

  /** Moves the clock and mines an empty block at the new time; returns that in Unix seconds. */
  advance(seconds: number): Promise<number> {
    return this.#exclusively(async () => {
      const timestamp = this.now + seconds
      await this.#mineEmpty(seconds, timestamp)
      this.#record({ kind: 'advance', seconds, timestamp, head: await this.#head() })
      return timestamp
    })
  }

  /**
   * Remembers the chain as it is. The function goes back there, once: what came since is gone, as in a reorganisation. A chain
   * with a journal never goes back.
   */
  remember(): Promise<() => Promise<void>> {
    return this.#exclusively(async () => {
      if (this.#journal !== undefined) throw new RpcError(INTERNAL_ERROR, 'a chain that is kept never goes back')
      const snapshot = await this.#evm.request('evm_snapshot', [])
      const [timestamp, advancedSeconds] = [this.#timestamp, this.#advancedSeconds]
      return () =>
        this.#exclusively(async () => {
          await this.#evm.request('evm_revert', [snapshot])
          this.#timestamp = timestamp
          this.#advancedSeconds = advancedSeconds
        })
    })
  }

  /**
   * Has blocks come only when told: what is sent waits for one that it pays for, as in the pool of a node. A chain with a
   * journal does not wait.
   */
  holdBlocks(): Promise<HeldBlocks> {
    return this.#exclusively(async () => {
      if (this.#journal !== undefined) throw new RpcError(INTERNAL_ERROR, 'a chain that is kept has no pool')
      await this.#evm.request('evm_setAutomine', [false])
      const mine = async ({ baseFeeWei }: MineParams = {}) => {
        if (baseFeeWei !== undefined) {
          await this.#evm.request('hardhat_setNextBlockBaseFeePerGas', [toQuantity(baseFeeWei)])
        }
        await this.#mineEmpty(0, this.now)
      }
      return {
        mine: (params) => this.#exclusively(() => mine(params)),
        release: () =>
          this.#exclusively(async () => {
            await this.#evm.request('evm_setAutomine', [true])
            await mine()
          }),
      }
    })
  }

  /** Asks the EVM. */
  read(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#exclusively(() => this.#evm.request(method, params))
  }

  /** Asks the EVM about a block that would be mined now. */
  readNow(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#exclusively(async () => {
      await this.#setNextTimestamp(this.now)
      return await this.#evm.request(method, params)
    })
  }

  /** Remembers that set-up has finished. */
  markReady(ready: Omit<ReadyRecord, 'kind'>): Promise<void> {
    return this.#exclusively(async () => {
      this.#ready = { kind: 'ready', ...ready }
      this.#record(this.#ready)
    })
  }

  /** Ends after what has been called before. */
  close(): Promise<void> {
    return this.#mutex.run(async () => {
      this.#failure ??= new RpcError(INTERNAL_ERROR, 'the chain is closed')
      this.#journal?.close()
      await this.#evm.close()
    })
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#mutex.run(async () => {
      if (this.#failure !== undefined) throw this.#failure
      return await task()
    })
  }

  /** Nobody sees what is not on the disk: a journal that cannot be written ends the chain. */
  #record(record: JournalRecord): void {
    try {
      this.#journal?.append(record)
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  async #applyGenesis(): Promise<void> {
    for (const [address, wei] of Object.entries(this.genesis.balances)) {
      await this.#evm.request('hardhat_setBalance', [address, toQuantity(BigInt(wei))])
    }
  }

  async #replay(records: readonly JournalRecord[]): Promise<void> {
    let expected: { head: string; record: number } | undefined
    for (const [index, record] of records.entries()) {
      const line = index + 2
      switch (record.kind) {
        case 'transaction':
          await this.#replayTransaction(record, line)
          break
        case 'advance':
          await this.#mineEmpty(record.seconds, record.timestamp)
          break
        case 'ready':
          this.#ready = record
          continue
        default:
          throw new JournalCorruptError('the journal', line)
      }
      expected = { head: record.head, record: line }
    }
    if (expected === undefined) return
    // Each hash is over the one before: the last one stands for all.
    const actual = await this.#head()
    if (actual !== expected.head) {
      throw new ReplayMismatchError({ expected: expected.head, actual, record: expected.record })
    }
  }

  async #replayTransaction({ raw, timestamp, head }: TransactionRecord, line: number): Promise<void> {
    try {
      await this.#accept(raw, timestamp)
    } catch (error) {
      throw new ReplayMismatchError({ expected: head, actual: (error as Error).message, record: line })
    }
  }

  async #mineEmpty(seconds: AdvanceRecord['seconds'], timestamp: number): Promise<void> {
    await this.#setNextTimestamp(timestamp)
    await this.#evm.request('evm_mine', [])
    this.#advancedSeconds += seconds
    this.#timestamp = timestamp
  }

  /** Mines a transaction and those that waited for it, or lets it wait for those before it. */
  async #accept(raw: string, timestamp: number): Promise<string> {
    let hash: string
    try {
      hash = await this.#mine(raw, timestamp)
    } catch (error) {
      if (!isNonceTooHigh(error)) throw error
      return this.#queue.add(raw, await this.#nonceOf(parseTransaction(raw).from))
    }
    if (this.#queue.size > 0) await this.#mineWaiting(parseTransaction(raw).from, timestamp)
    return hash
  }

  async #mineWaiting(sender: string, timestamp: number): Promise<void> {
    for (;;) {
      const raw = this.#queue.take(sender, await this.#nonceOf(sender))
      if (raw === undefined) return
      try {
        await this.#mine(raw, timestamp)
      } catch (error) {
        // What can no longer be paid for is forgotten, as by any node.
        if (error instanceof RpcError) return
        throw error
      }
    }
  }

  async #mine(raw: string, timestamp: number): Promise<string> {
    await this.#setNextTimestamp(timestamp)
    const hash = (await this.#evm.request('eth_sendRawTransaction', [raw])) as string
    this.#timestamp = timestamp
    return hash
  }

  async #nonceOf(sender: string): Promise<number> {
    return Number(await this.#evm.request('eth_getTransactionCount', [sender, 'latest']))
  }

  async #head(): Promise<string> {
    const block = (await this.#evm.request('eth_getBlockByNumber', ['latest', false])) as { hash: string }
    return block.hash
  }

  async #setNextTimestamp(timestamp: number): Promise<void> {
    await this.#evm.request('evm_setNextBlockTimestamp', [toQuantity(BigInt(timestamp))])
  }
}

function isNonceTooHigh(error: unknown): boolean {
  return error instanceof RpcError && error.code === TRANSACTION_REJECTED && /nonce too high/i.test(error.message)
}

function toQuantity(value: bigint): string {
  return `0x${value.toString(16)}`
}
