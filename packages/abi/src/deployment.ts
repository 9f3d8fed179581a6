/** Where the contracts of one deployment are. Plain JSON, so that it can stand in a file. */
export interface Deployment {
  readonly chainId: number
  readonly vault: `0x${string}`
  readonly datatrusts: `0x${string}`
  readonly markets: `0x${string}`
  readonly listings: `0x${string}`
  readonly orders: `0x${string}`
  /** The default curve of a new market. */
  readonly linearCurve: `0x${string}`
  /** The contract that every market's share is a clone of. */
  readonly share: `0x${string}`
  /** Block before which there are no events of these contracts. */
  readonly fromBlock: number
}
