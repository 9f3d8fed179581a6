import { by } from '../../test/trade/contracts.ts'
import { permitFor } from '../../test/trade/permit.ts'
import { goodsHashOf, settlementOf } from '../../test/trade/quotes.ts'
import { ACCESS_PRICE, CONFIG, FROM_VAULT, KIND } from '../../test/trade/terms.ts'
import { type Account, vaultBalance, type World } from '../../test/trade/world.ts'
import { placeAll, quotesFor, runAll } from './orders-in.ts'

const REVENUE = 100_000_000n
const FUNDING = 10_000_000n

/** Who takes all out of the Vault leaves a balance slot of zero: the next credit costs what a first one does. */
export async function emptyBalance(world: World, account: Account): Promise<void> {
  const balance = await vaultBalance(world, account)
  await by(account, world.vault).withdraw(world.asset, balance, account.address)
}

/** Nothing was ever sold, and those whom sales pay have nothing in the Vault. */
export async function reachFirstState(world: World): Promise<void> {
  for (const account of [world.maker, world.payout]) await emptyBalance(world, account)
}

/**
 * Every balance slot is in use: the listing sold until its reward was earned, curators' money waits for it, revenue
 * drips, buyer and patron used a permit before, and one order is open.
 */
export async function reachSteadyState(world: World): Promise<void> {
  const { buyer, patron, signer, orders, markets } = world
  const deadline = (await world.chain.now()) + CONFIG.dripSeconds
  await by(patron, markets).addRevenue(world.market, REVENUE, FROM_VAULT)
  const payment = await permitFor(world, FUNDING, patron, markets.target)
  await by(patron, markets).fund(world.market, FUNDING, 0n, deadline, payment)

  const [byPermit, ...fromVault] = await quotesFor(world, KIND.ACCESS, 'earlier access', 3)
  if (!byPermit) throw new Error('no quote')
  await by(buyer, orders).place(byPermit, await permitFor(world, ACCESS_PRICE))
  await placeAll(world, fromVault)
  for (const { deal, goods } of [byPermit, ...fromVault]) await by(signer, orders).deliver(deal, goodsHashOf(goods))
  const runs = await runAll(world, await quotesFor(world, KIND.COMPUTE, 'earlier run', 1))
  await world.chain.wait(CONFIG.disputeWindowSeconds + 1n)
  await by(buyer, orders).settle(runs.map(({ quote, delivery }) => settlementOf(quote, delivery)))

  await placeAll(world, await quotesFor(world, KIND.COMPUTE, 'open', 1))
}
