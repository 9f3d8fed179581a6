import { by } from '../../test/trade/contracts.ts'
import { permitFor } from '../../test/trade/permit.ts'
import { FROM_VAULT, HOUR } from '../../test/trade/terms.ts'
import type { Account, World } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'

const AMOUNT = 1_000_000n
const SHARES = 5n * 10n ** 17n

export async function fundFromVault(world: World, patron: Account): Promise<Step[]> {
  const args = [world.market, AMOUNT, 0n, await soon(world), FROM_VAULT] as const
  return [await step('patron: Markets.fund, from the Vault', by(patron, world.markets).fund(...args))]
}

export async function fundByPermit(world: World, patron: Account): Promise<Step[]> {
  const payment = await permitFor(world, AMOUNT, patron, world.markets.target)
  const args = [world.market, AMOUNT, 0n, await soon(world), payment] as const
  return [await step('patron: Markets.fund, by permit', by(patron, world.markets).fund(...args))]
}

/** A part of the patron's shares; `to` is credited in the Vault. */
export async function redeem(world: World, to: string): Promise<Step[]> {
  const args = [world.market, SHARES, 0n, await soon(world), to] as const
  return [await step('patron: Markets.redeem', by(world.patron, world.markets).redeem(...args))]
}

async function soon(world: World): Promise<bigint> {
  return (await world.chain.now()) + HOUR
}
