import type { Hex } from '@gristmill/protocol'
import {
  AbstractSigner,
  isError,
  keccak256,
  type Provider,
  Transaction,
  type TransactionLike,
  type TransactionRequest,
  type TransactionResponse,
  type TypedDataDomain,
  type TypedDataField,
} from 'ethers'
import type { Config } from '../config/config.js'
import type { Signer } from '../keys/signer.js'
import { now } from '../now.js'
import { callOf, type LoggedTransaction, type TransactionLog } from './transaction-log.js'

/** How often a nonce is taken anew because somebody else, without the log, used it. */
const ATTEMPTS_MAX = 3
/** After so long without a block a transaction is sent once more, seconds; later with a higher fee. */
const RESEND_SECONDS = 15
/** So many times what is waited for until a fee is raised, and an operator has to look. */
const STUCK_RAISES = 3
/** Nodes want a tenth more for a replacement, some an eighth. */
const RAISE_PERCENT = 125n
const LEAST_RAISE_PERMILLE = 1_125n
/** Nonces below the next one of whose transactions somebody may still wait for a block. */
const REMEMBERED = 1_000
const GWEI = 10n ** 9n

/** How long the datatrust waits for a block, and what it bids for one. */
export type FeePolicy = Pick<Config['chain'], 'raiseAfterSeconds' | 'maxFeeGwei'>

/** What was sent and is in no block. */
export interface OpenTransactions {
  count: number
  /** Of the oldest, since it was first sent. */
  ageSeconds: number
  /** The oldest has waited for longer than higher fees take to help: those behind it wait, too. */
  isStuck: boolean
}

/**
 * Sends the datatrust's transactions, in however many processes: each is in the log before it is sent. The same call again,
 * here or elsewhere, is the same transaction until it is mined, and after that too if it succeeded.
 */
export class SendingSigner extends AbstractSigner<Provider> {
  readonly #signer: Signer
  readonly #log: TransactionLog
  readonly #policy: FeePolicy
  /** By the hash of the version that was sent from here, and for which somebody may wait. */
  readonly #nonces = new Map<string, number>()
  #waiting: OpenTransactions = { count: 0, ageSeconds: 0, isStuck: false }

  constructor(signer: Signer, provider: Provider, log: TransactionLog, policy: FeePolicy) {
    super(provider)
    this.#signer = signer
    this.#log = log
    this.#policy = policy
  }

  getAddress(): Promise<string> {
    return this.#signer.getAddress()
  }

  connect(provider: Provider): SendingSigner {
    return new SendingSigner(this.#signer, provider, this.#log, this.#policy)
  }

  signTransaction(transaction: TransactionRequest): Promise<string> {
    return this.#signer.signTransaction(transaction)
  }

  signMessage(message: string | Uint8Array): Promise<string> {
    return this.#signer.signMessage(message)
  }

  signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    return this.#signer.signTypedData(domain, types, value)
  }

  override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    const { from: _from, ...uncapped } = await this.populateTransaction({ ...request, nonce: 0 })
    const populated = { ...uncapped, ...this.#capped(Transaction.from(uncapped)) }
    const call = callOf(populated)
    for (let attempt = 1; ; attempt += 1) {
      const chainNonce = await this.#chainNonce()
      const known = await this.#log.find(call)
      if (known !== undefined && known.nonce < chainNonce) {
        const done = await this.#succeeded(known)
        if (done !== undefined) return done
      }
      const taken = await this.#log.take(call, chainNonce, populated, (transaction) => this.#sign(transaction))
      try {
        return await this.#broadcast(taken)
      } catch (error) {
        if (!isError(error, 'NONCE_EXPIRED') || attempt === ATTEMPTS_MAX) {
          // Refused by a node that answered: the nonce must not stay between others and the chain.
          if (isRefusal(error)) await this.#log.giveBack(taken)
          throw error
        }
      }
    }
  }

  /** What was signed and is not known to be in a block. */
  open(): Promise<LoggedTransaction[]> {
    return this.#log.open()
  }

  /** Hashes of the other versions of a transaction that was sent from here: whoever waits for one gets any of them. */
  async versionsOf(hash: string): Promise<Hex[]> {
    const nonce = this.#nonces.get(hash)
    const transaction = nonce === undefined ? undefined : await this.#log.at(nonce)
    const hashes = transaction?.hashes ?? []
    return hashes.some((one) => one === hash) ? hashes.filter((one) => one !== hash).toReversed() : []
  }

  /** As last seen by `tend`. */
  get waiting(): OpenTransactions {
    return this.#waiting
  }

  /**
   * Sends again what no block has taken, with a higher fee where that takes long. One that the node refuses holds up no
   * other; the first refusal is thrown in the end.
   */
  async tend(): Promise<void> {
    const logged = await this.#log.open()
    const chainNonce = logged.length === 0 ? 0 : await this.#chainNonce()
    if (logged.length > 0) await this.#log.settle(chainNonce)
    for (const [hash, nonce] of this.#nonces) if (nonce < chainNonce - REMEMBERED) this.#nonces.delete(hash)
    const open = logged.filter(({ nonce }) => nonce >= chainNonce)
    this.#look(open)
    const refusals: unknown[] = []
    for (const transaction of open) await this.#again(transaction).catch((error: unknown) => refusals.push(error))
    if (refusals.length > 0) throw refusals[0]
  }

  #look(open: readonly LoggedTransaction[]): void {
    const ageSeconds = Math.max(0, ...open.map(({ firstSentAt }) => now() - firstSentAt))
    const isStuck = open.length > 0 && ageSeconds >= STUCK_RAISES * this.#policy.raiseAfterSeconds
    this.#waiting = { count: open.length, ageSeconds, isStuck }
  }

  async #again(transaction: LoggedTransaction): Promise<void> {
    const { raiseAfterSeconds } = this.#policy
    const { sentAt, firstSentAt, hashes } = transaction
    if (now() - sentAt < Math.min(RESEND_SECONDS, raiseAfterSeconds)) return
    const isLate = now() - firstSentAt >= raiseAfterSeconds * hashes.length
    // Written before it is sent: whoever goes on after a crash goes on with the latest version, under the same nonce.
    const raw = isLate ? await this.#raise(transaction) : transaction.raw
    if (await this.#log.resend(transaction, raw)) await this.#broadcast({ ...transaction, raw })
  }

  async #chainNonce(): Promise<number> {
    return this.provider.getTransactionCount(await this.getAddress(), 'latest')
  }

  #sign(transaction: TransactionLike): Promise<string> {
    return this.#signer.signTransaction(transaction)
  }

  /** The version of a transaction that was mined, if it did what it was meant to do. */
  async #succeeded({ hashes }: LoggedTransaction): Promise<TransactionResponse | undefined> {
    for (const hash of hashes.toReversed()) {
      const receipt = await this.provider.getTransactionReceipt(hash)
      if (receipt?.status === 1) return (await this.provider.getTransaction(hash)) ?? undefined
    }
    return undefined
  }

  async #broadcast({ raw, nonce }: LoggedTransaction): Promise<TransactionResponse> {
    this.#nonces.set(keccak256(raw), nonce)
    try {
      return await this.provider.broadcastTransaction(raw)
    } catch (error) {
      // The node may have it already: from another process, or from before.
      const known = await this.provider.getTransaction(Transaction.from(raw).hash as string)
      if (known !== null) return known
      throw error
    }
  }

  /** The same with a higher fee; as it is where the limit leaves no room for what a node takes as higher. */
  async #raise({ raw }: LoggedTransaction): Promise<LoggedTransaction['raw']> {
    const transaction = Transaction.from(raw)
    const fees = await this.provider.getFeeData()
    const raised = (old: bigint | null, present: bigint | null) => {
      const least = ((old ?? 0n) * RAISE_PERCENT) / 100n + 1n
      return present !== null && present > least ? present : least
    }
    const { to, data, value, nonce, gasLimit, chainId, type } = transaction
    const fee = this.#capped(
      type === 2
        ? {
            maxFeePerGas: raised(transaction.maxFeePerGas, fees.maxFeePerGas),
            maxPriorityFeePerGas: raised(transaction.maxPriorityFeePerGas, fees.maxPriorityFeePerGas),
          }
        : { gasPrice: raised(transaction.gasPrice, fees.gasPrice) },
    )
    const [old, bid] = [transaction.maxFeePerGas ?? transaction.gasPrice ?? 0n, fee.maxFeePerGas ?? fee.gasPrice ?? 0n]
    if (bid * 1_000n < old * LEAST_RAISE_PERMILLE) return raw
    return (await this.#sign({ to, data, value, nonce, gasLimit, chainId, type, ...fee })) as LoggedTransaction['raw']
  }

  /** Fees within the operator's limit. */
  #capped({ maxFeePerGas, maxPriorityFeePerGas, gasPrice }: Fee): Fee {
    const limit = BigInt(this.#policy.maxFeeGwei) * GWEI
    const within = (fee: bigint) => (fee < limit ? fee : limit)
    return {
      ...(maxFeePerGas == null ? {} : { maxFeePerGas: within(maxFeePerGas) }),
      ...(maxPriorityFeePerGas == null ? {} : { maxPriorityFeePerGas: within(maxPriorityFeePerGas) }),
      ...(gasPrice == null ? {} : { gasPrice: within(gasPrice) }),
    }
  }
}

interface Fee {
  maxFeePerGas?: bigint | null
  maxPriorityFeePerGas?: bigint | null
  gasPrice?: bigint | null
}

/** True if a node said no, rather than nothing, or that it has it: what waits for an earlier nonce it need not show. */
function isRefusal(error: unknown): boolean {
  if (error instanceof Error && /already known|known transaction/i.test(error.message)) return false
  const isSilence = isError(error, 'NETWORK_ERROR') || isError(error, 'SERVER_ERROR') || isError(error, 'TIMEOUT')
  const isSystem = error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))
  return !isSilence && !isSystem
}
