import { ethers, type Signer } from '../../support/chain.ts'
import type { Contract } from '../../support/contract.ts'
import { NEVER, UNIT } from '../../support/defaults.ts'
import { createMarket, deployMarket, deposit } from '../../support/deploy.ts'
import { FROM_VAULT } from '../../support/payment.ts'

const PURSE = 100_000_000n * UNIT

export type Stage = Awaited<ReturnType<typeof deployStage>>

/** A market with patrons in it, an attacker and a stranger with more money than the market, and `orders` as Orders. */
export async function deployStage() {
  const stage = await deployMarket()
  const { markets, market, patron, stranger, base } = stage
  for (const account of [patron, stranger]) await deposit(base, account, PURSE, markets)
  await markets.connect(patron).fund(market, 20_000n * UNIT, 0n, NEVER, FROM_VAULT)
  return { ...stage, attacker: stranger }
}

/** A market whose only share is the dead one: the attacker made it and is its first patron to be. */
export async function deployEmptyMarket() {
  const stage = await deployStage()
  const { market, share } = await createMarket(stage.base, {
    creator: stage.attacker,
    seed: UNIT,
    salt: ethers.id('empty'),
  })
  return { ...stage, market, marketShare: share }
}

/** Buys shares and returns how many. */
export async function fund(stage: Stage, account: Signer, amount: bigint, market = stage.market): Promise<bigint> {
  const markets = stage.markets.connect(account)
  const shares: bigint = await markets.fund.staticCall(market, amount, 0n, NEVER, FROM_VAULT)
  await markets.fund(market, amount, 0n, NEVER, FROM_VAULT)
  return shares
}

export async function redeem(stage: Stage, account: Signer, shares: bigint, market = stage.market): Promise<void> {
  if (shares !== 0n) await stage.markets.connect(account).redeem(market, shares, 0n, NEVER, account.address)
}

/** What `act` brings to an account in the Vault; what it still holds in shares does not count. */
export async function profitOf(stage: Stage, account: Signer, act: () => Promise<unknown>): Promise<bigint> {
  const before = await vaultBalance(stage, account)
  await act()
  return (await vaultBalance(stage, account)) - before
}

export async function vaultBalance(
  { vault, token }: { vault: Contract; token: Contract },
  account: Signer | Contract,
): Promise<bigint> {
  return vault.balanceOf(account, BigInt(await token.getAddress()))
}

/** True if no share is worth less in `after` than in `before`. */
export function isNavKept(before: Reserve, after: Reserve): boolean {
  return (after.unlocked + after.locked) * before.supply >= (before.unlocked + before.locked) * after.supply
}

interface Reserve {
  unlocked: bigint
  locked: bigint
  supply: bigint
}
