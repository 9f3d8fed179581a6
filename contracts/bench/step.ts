import type { TransactionResponse } from 'ethers'

/** One transaction of a journey. */
export interface Step {
  /** Who sends what, in words. */
  call: string
  /** Of the receipt: calldata and refunds included. */
  gas: number
  calldataBytes: number
}

/** Waits for a transaction and notes what it cost. */
export async function step(call: string, sending: Promise<TransactionResponse>): Promise<Step> {
  const response = await sending
  const receipt = await response.wait()
  if (!receipt) throw new Error(`${call}: the chain has no receipt`)
  return { call, gas: Number(receipt.gasUsed), calldataBytes: (response.data.length - 2) / 2 }
}

export const gasOf = (steps: readonly Step[]): number => steps.reduce((sum, { gas }) => sum + gas, 0)
