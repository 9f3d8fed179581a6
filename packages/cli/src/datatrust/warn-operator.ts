import type { MarketId } from '@gristmill/protocol'
import type { Client, Datatrust } from '@gristmill/sdk'
import { formatEther } from 'ethers'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { warn } from '../output.js'
import { serverStateOf } from './server-state.js'

/** Gas of marking an order, and how many of them the signer should be able to pay for. */
const MARK_GAS = 150_000n
const MARKS = 20n
const MAX_MARKETS = 20

/** Says what keeps a datatrust that serves from getting orders, or from marking them. */
export async function warnOperator(
  io: Io,
  client: Client,
  registered: Datatrust,
  market: MarketId | undefined,
): Promise<void> {
  await warnOfGas(io, client, registered)
  await warnOfBond(io, client, registered, market)
  const state = await serverStateOf(client, registered)
  if (state === 'answers') return
  warn(
    io,
    `What is registered as its URL, ${registered.url}, ${state === 'does not answer' ? 'does not answer' : 'is another datatrust'}: ` +
      'buyers and makers will not reach this one; correct the reverse proxy, or say gristmill datatrust update --url URL.',
  )
}

async function warnOfGas(io: Io, { provider }: Client, { signer }: Datatrust): Promise<void> {
  const [balance, { maxFeePerGas, gasPrice }] = await Promise.all([provider.getBalance(signer), provider.getFeeData()])
  const needed = MARKS * MARK_GAS * (maxFeePerGas ?? gasPrice ?? 0n)
  if (balance >= needed) return
  warn(
    io,
    `The signer ${signer} has ${formatEther(balance)} of the native coin, too little to mark ${MARKS} orders: ` +
      `send it ${formatEther(needed)} or more, or orders will not be fulfilled and go back to their buyers.`,
  )
}

async function warnOfBond(io: Io, client: Client, registered: Datatrust, named: MarketId | undefined): Promise<void> {
  const { asset, bond, datatrust } = registered
  const { markets } = await client.markets.list({ asset, limit: MAX_MARKETS })
  const ids = new Set(markets.map(({ market }) => market))
  if (named !== undefined) ids.add(named)
  const known = await Promise.all([...ids].map((market) => client.markets.get({ market })))
  const above = known.filter((market) => market.asset === asset && market.config.minBond > bond)
  const [first] = above
  if (first === undefined) return
  const money = await moneyOf(client, asset)
  const others = above.length > 1 ? ` and ${above.length - 1} others` : ''
  warn(
    io,
    `The bond is ${money.format(bond)}; market ${first.market}${others} takes orders from ` +
      `${money.format(first.config.minBond)} up: say gristmill datatrust bond AMOUNT --id ${datatrust}.`,
  )
}
