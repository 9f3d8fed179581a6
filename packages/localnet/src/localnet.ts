import type { Address, Deployment } from '@gristmill/protocol'
import type { Actors } from './actors.js'

/** A handle on a running local chain. */
export interface Localnet {
  /** JSON-RPC over HTTP, for any wallet or library. */
  readonly url: string
  readonly chainId: number
  readonly deployment: Deployment
  /** Play money: ERC-20 with 6 decimals and EIP-2612 permits. */
  readonly token: Address
  readonly actors: Actors
  /** Moves the chain's clock; returns the new time in Unix seconds. */
  advance(seconds: number): Promise<number>
  /** Gives play money, in units of 6 decimals. */
  mint(to: Address, amount: bigint): Promise<void>
  /** Gives native coin for gas, in wei. */
  giveGas(to: Address, amountWei: bigint): Promise<void>
  /** Ends the chain if this handle started it, otherwise only the connection. */
  close(): Promise<void>
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>
}
