import type { Address, Hex } from '@gristmill/protocol'
import type { Stage } from './_util.js'

/** What the test itself has counted, in units of the token. */
export interface Books {
  deposited: bigint
  withdrawn: bigint
  /** Bonds of listings that were not returned. */
  listingBonds: bigint
  /** Prices of orders that were neither settled nor refunded. */
  escrow: bigint
  /** Curators' parts that wait for a flush, by listing. */
  curators: Map<Hex, bigint>
  markets: Set<Hex>
}

export function openBooks(): Books {
  return {
    deposited: 0n,
    withdrawn: 0n,
    listingBonds: 0n,
    escrow: 0n,
    curators: new Map(),
    markets: new Set(),
  }
}

export class NotConservedError extends Error {
  override name = 'NotConservedError'
}

/** Throws unless every unit that came in is still there, and every module holds exactly what it owes. */
export async function checkBooks(stage: Stage, books: Books): Promise<void> {
  const { localnet, operator } = stage
  const { datatrusts, markets, listings, orders, vault } = localnet.deployment
  const actors = Object.values(localnet.actors).map((actor) => actor.address)
  const accounts = [...actors, datatrusts, markets, listings, orders]
  const [balances, held, bonds, reserves] = await Promise.all([
    vaultBalances(stage, accounts),
    operator.vault.balance({ token: localnet.token, account: vault }),
    operator.datatrusts.get({ datatrust: stage.datatrust }),
    Promise.all([...books.markets].map((market) => operator.contracts.markets.reserveOf(market))),
  ])
  const balanceOf = (account: Address) => balances[accounts.indexOf(account)] ?? 0n
  const inside = books.deposited - books.withdrawn
  same('sum of Vault balances', inside, sum(balances))
  same('tokens of the Vault', inside, held.wallet)
  same('Vault balance of the Vault', 0n, held.vault)
  same('Datatrusts', bonds.bond + bonds.unbonding, balanceOf(datatrusts))
  same('Listings', books.listingBonds, balanceOf(listings))
  same('Orders', books.escrow + sum([...books.curators.values()]), balanceOf(orders))
  same('Markets', sum(reserves.map(({ unlocked, locked, bounty }) => unlocked + locked + bounty)), balanceOf(markets))
}

/** All in one call, so that all are of one block. */
async function vaultBalances({ operator, localnet }: Stage, accounts: readonly Address[]): Promise<bigint[]> {
  const { vault } = operator.contracts
  const calls = accounts.map((account) => vault.interface.encodeFunctionData('balanceOf', [account, localnet.token]))
  return (await vault.multicall.staticCall(calls)).map((balance) => BigInt(balance))
}

function same(what: string, expected: bigint, actual: bigint): void {
  if (expected !== actual) throw new NotConservedError(`${what}: expected ${expected}, there is ${actual}`)
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}
