import { Transaction } from 'ethers'
import { INVALID_PARAMS, RpcError, TRANSACTION_REJECTED } from './rpc-error.js'

const MAX_TRANSACTIONS = 256
const MAX_NONCES_AHEAD = 64

/** Transactions whose nonce is ahead of their sender's, until the ones before them have come. */
export class NonceQueue {
  readonly #bySender = new Map<string, Map<number, string>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Keeps a transaction; `nonce` is what its sender needs next. Throws RpcError. */
  add(raw: string, expectedNonce: number): string {
    const { from, nonce, hash } = parseTransaction(raw)
    const waiting = this.#bySender.get(from) ?? new Map<number, string>()
    if (nonce - expectedNonce > MAX_NONCES_AHEAD || this.#size >= MAX_TRANSACTIONS) {
      throw new RpcError(TRANSACTION_REJECTED, `nonce too high: expected ${expectedNonce}, got ${nonce}`)
    }
    if (waiting.get(nonce) === raw) throw new RpcError(TRANSACTION_REJECTED, 'already known')
    if (waiting.has(nonce)) throw new RpcError(TRANSACTION_REJECTED, 'replacement transaction underpriced')
    this.#bySender.set(from, waiting.set(nonce, raw))
    this.#size += 1
    return hash
  }

  /** Takes out what `sender` has waiting for `nonce`. */
  take(sender: string, nonce: number): string | undefined {
    const waiting = this.#bySender.get(sender)
    const raw = waiting?.get(nonce)
    if (waiting === undefined || raw === undefined) return undefined
    waiting.delete(nonce)
    if (waiting.size === 0) this.#bySender.delete(sender)
    this.#size -= 1
    return raw
  }
}

/** Sender, nonce and hash of a raw signed transaction. Throws RpcError. */
export function parseTransaction(raw: string): { from: string; nonce: number; hash: string } {
  try {
    const { from, nonce, hash } = Transaction.from(raw)
    if (from !== null && hash !== null) return { from, nonce, hash }
  } catch (error) {
    throw new RpcError(INVALID_PARAMS, `not a signed transaction: ${(error as Error).message}`)
  }
  throw new RpcError(INVALID_PARAMS, 'not a signed transaction')
}
