import type { Context } from '../context.js'

/** More than any transaction of a datatrust takes that cannot wait: see contracts/GAS.md. Settlements wait for money. */
const TRANSACTION_GAS = 300_000n

/** What the signer has for gas, in wei. */
export interface GasMoney {
  balanceWei: bigint
  /** For the configured number of transactions at the price of gas now. */
  neededWei: bigint
}

/** Whether the signer can pay for what is to come: an order that cannot be marked is not paid. */
export class GasWatch {
  readonly #minTransactions: number
  #money: GasMoney | undefined

  constructor(minTransactions: number) {
    this.#minTransactions = minTransactions
  }

  /** Asks the chain; a signer that is short is told in the log every time. */
  async look({ chain, secrets, log }: Pick<Context, 'chain' | 'secrets' | 'log'>): Promise<void> {
    const { address } = secrets.signer
    const { balanceWei, gasPriceWei } = await chain.gasMoneyOf(address)
    this.#money = { balanceWei, neededWei: gasPriceWei * TRANSACTION_GAS * BigInt(this.#minTransactions) }
    if (!this.isLow) return
    const { neededWei } = this.#money
    log.warn(
      {
        signer: address,
        balanceWei: String(balanceWei),
        neededWei: String(neededWei),
        transactions: this.#minTransactions,
      },
      'the signer runs out of gas money: send it native coin',
    )
  }

  /** As last seen; undefined before the chain has answered. */
  get money(): GasMoney | undefined {
    return this.#money
  }

  get isLow(): boolean {
    return this.#money !== undefined && this.#money.balanceWei < this.#money.neededWei
  }
}
