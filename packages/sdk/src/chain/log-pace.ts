import type { Provider } from 'ethers'

/** Most successes in a row that are waited for before more blocks are tried again. */
const PATIENCE_MAX = 64

/**
 * How many blocks a node answers for at once. Nodes differ in what they refuse (blocks, logs, time) and do not say it in
 * one way, so it is found by trying: half after a refusal, double after successes, the rarer the more often that failed.
 */
export class LogPace {
  blocks = Number.MAX_SAFE_INTEGER
  #successes = 0
  #patience = 1
  #isTrying = false

  succeeded(blocks: number): void {
    // A short last range says nothing about long ones.
    if (blocks < this.blocks) return
    if (this.#isTrying) this.#patience = 1
    this.#isTrying = false
    this.#successes += 1
    if (this.#successes < this.#patience) return
    this.blocks = Math.min(2 * this.blocks, Number.MAX_SAFE_INTEGER)
    this.#successes = 0
    this.#isTrying = true
  }

  refused(blocks: number): void {
    if (this.#isTrying) this.#patience = Math.min(2 * this.#patience, PATIENCE_MAX)
    this.#isTrying = false
    this.#successes = 0
    this.blocks = Math.max(1, Math.floor(blocks / 2))
  }
}

const paces = new WeakMap<Provider, LogPace>()

/** What is known of a provider, kept while it lives: the first search need not be repeated. */
export function logPaceOf(provider: Provider): LogPace {
  const known = paces.get(provider) ?? new LogPace()
  paces.set(provider, known)
  return known
}
