import { dataSlice, getAddress, id } from 'ethers'
import { by } from '../../test/trade/contracts.ts'
import { signPermit } from '../../test/trade/permit.ts'
import type { Account, World } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'

const AMOUNT = 1_000_000n
const NEW_WALLET = getAddress(dataSlice(id('a wallet that nobody has used'), 12))

export async function withdraw(world: World, to: string): Promise<Step[]> {
  const withdrawing = by(world.buyer, world.vault).withdraw(world.asset, AMOUNT, to)
  return [await step('anyone with a balance: Vault.withdraw', withdrawing)]
}

/** The same to a wallet that has none of the token. */
export async function withdrawToNewWallet(world: World): Promise<Step[]> {
  return withdraw(world, NEW_WALLET)
}

/** What a buyer does once before paying from the Vault. */
export async function setUp(world: World, account: Account): Promise<Step[]> {
  const { vault, asset, orders } = world
  const { deadline, v, r, s } = await signPermit(world, AMOUNT, account, vault.target)
  const calls = [
    vault.interface.encodeFunctionData('depositWithPermit', [asset, AMOUNT, deadline, v, r, s]),
    vault.interface.encodeFunctionData('setOperator', [orders.target, true]),
  ]
  return [await step('buyer: Vault.multicall(depositWithPermit, setOperator)', by(account, vault).multicall(calls))]
}
