import type { Address } from '@gristmill/protocol'
import type { Client, Token } from '@gristmill/sdk'
import { formatUnits, parseUnits } from 'ethers'
import { ArgumentError } from './argument-errors.js'

/** Shares have 18 decimals. */
const SHARE_DECIMALS = 18

/** A token, and how its amounts are written. */
export interface Money extends Token {
  token: Address
  /** `5.25 USD` */
  format(amount: bigint): string
  /** Reads `5.25`; `argument` names it in the error. */
  parse(argument: string, text: string): bigint
}

/** How amounts of `token` are written. */
export async function moneyOf(client: Client, token: Address): Promise<Money> {
  const { symbol, decimals } = await client.vault.token({ token })
  return {
    token,
    symbol,
    decimals,
    format: (amount) => `${formatUnits(amount, decimals)} ${symbol}`,
    parse: (argument, text) => parseAmount(argument, text, decimals),
  }
}

/** `12.5 shares` */
export function formatShares(shares: bigint): string {
  return `${formatUnits(shares, SHARE_DECIMALS)} shares`
}

/** Reads `12.5` shares. */
export function parseShares(argument: string, text: string): bigint {
  return parseAmount(argument, text, SHARE_DECIMALS)
}

function parseAmount(argument: string, text: string, decimals: number): bigint {
  try {
    const amount = parseUnits(text, decimals)
    if (amount >= 0n) return amount
  } catch {
    // Said below, with the argument's name.
  }
  throw new ArgumentError(argument, `${text} is not an amount with at most ${decimals} decimals: write it like 12.5.`)
}
