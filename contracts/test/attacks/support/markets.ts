import { id, type Signer } from 'ethers'
import { by } from '../../trade/contracts.ts'
import { FROM_VAULT } from '../../trade/terms.ts'
import { vaultBalance, type World } from '../../trade/world.ts'

const NEVER = 2n ** 40n

type Account = Signer & { address: string }

/** Buys shares, in equal parts, and returns how many. */
export async function fund(
  world: World,
  account: Account,
  amount: bigint,
  parts = 1n,
  market = world.market,
): Promise<bigint> {
  const markets = by(account, world.markets)
  let shares = 0n
  for (let i = 0n; i < parts; i++) {
    const args = [market, amount / parts, 0n, NEVER, FROM_VAULT] as const
    shares += await markets.fund.staticCall(...args)
    await markets.fund(...args)
  }
  return shares
}

export async function redeem(world: World, account: Account, shares: bigint, market = world.market): Promise<void> {
  await by(account, world.markets).getFunction('redeem')(market, shares, 0n, NEVER, account.address)
}

/** What `act` brings to some accounts together, in the Vault. */
export async function profitOf(
  world: World,
  accounts: readonly Account[],
  act: () => Promise<unknown>,
): Promise<bigint> {
  const before = await sum(world, accounts)
  await act()
  return (await sum(world, accounts)) - before
}

async function sum(world: World, accounts: readonly Account[]): Promise<bigint> {
  const balances = await Promise.all(accounts.map((account) => vaultBalance(world, account)))
  return balances.reduce((total, balance) => total + balance, 0n)
}

export const saltOf = (name: string): string => id(`attack ${name}`)
