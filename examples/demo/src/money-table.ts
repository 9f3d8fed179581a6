import type { Address } from '@gristmill/protocol'
import { jsonRpcProvider } from '@gristmill/sdk'
import { Contract } from 'ethers'
import { CAST } from './actors.js'
import { DemoFailedError } from './errors.js'
import type { Stage } from './stage.js'
import { exact, type Transcript } from './transcript.js'

/** What everybody has, units of 6 decimals. */
export interface Holdings {
  byHolder: ReadonlyMap<string, bigint>
  /** Of the play money in existence. */
  supply: bigint
}

const NAME_WIDTH = 34
const AMOUNT_WIDTH = 19

/** Why a holder has more or less than before. */
const REASONS: Readonly<Record<string, string>> = {
  operator: 'the datatrust: its part of two sales',
  maker: 'seed and listing bonds paid in, parts of two sales and rewards out',
  patron: 'shares bought and redeemed; the tribute stays, revenue came',
  buyer: 'one download',
  sponsor: 'one run',
}

/** Counts everybody's play money: wallets, Vault balances, and what the contracts hold in the Vault. */
export async function countMoney({ clients, localnet, token }: Stage): Promise<Holdings> {
  const { vault } = clients.maker
  const { deployment, actors } = localnet
  const total = async (account: Address): Promise<bigint> => {
    const { wallet, vault: credited } = await vault.balance({ token, account })
    return wallet + credited
  }
  const holders: [string, Promise<bigint>][] = [
    ...CAST.map((actor): [string, Promise<bigint>] => [actor, total(actors[actor].address)]),
    ['in Markets: reserve, bounty', total(deployment.markets)],
    ['in Datatrusts: bond', total(deployment.datatrusts)],
    ['in Listings: bonds', total(deployment.listings)],
    ['in Orders: escrow, curators’ part', total(deployment.orders)],
    ['in Signals: of curators', total(deployment.signals)],
    ['in Curation: bonds of polls', total(deployment.curation)],
  ]
  const others = Object.entries(actors).filter(([name]) => !(CAST as readonly string[]).includes(name))
  const rest = Promise.all(others.map(([, { address }]) => total(address)))
  const byHolder = new Map<string, bigint>()
  for (const [name, amount] of holders) byHolder.set(name, await amount)
  byHolder.set(
    'everybody else',
    (await rest).reduce((sum, amount) => sum + amount, 0n),
  )
  return { byHolder, supply: await supplyOf(localnet.url, token) }
}

async function supplyOf(rpcUrl: string, token: Address): Promise<bigint> {
  const provider = jsonRpcProvider(rpcUrl)
  try {
    return await new Contract(token, ['function totalSupply() view returns (uint256)'], provider).getFunction(
      'totalSupply',
    )()
  } finally {
    provider.destroy()
  }
}

/** Shows where every unit went; throws if one is missing. */
export function showMoney(before: Holdings, after: Holdings, transcript: Transcript): void {
  const row = (name: string, cells: string[]): string =>
    `    ${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(AMOUNT_WIDTH)).join('')}`
  transcript.step('Money', 'Where every unit went.')
  transcript.line(row('', ['before', 'after', 'change']))
  let start = 0n
  let end = 0n
  for (const [name, amount] of after.byHolder) {
    const then = before.byHolder.get(name) ?? 0n
    start += then
    end += amount
    transcript.line(
      `${row(name, [exact(then), exact(amount), signed(amount - then)])}  ${REASONS[name] ?? ''}`.trimEnd(),
    )
  }
  transcript.line(row('sum', [exact(start), exact(end), signed(end - start)]))
  transcript.line(
    row('in existence', [exact(before.supply), exact(after.supply), signed(after.supply - before.supply)]),
  )
  if (start !== before.supply || end !== after.supply || start !== end)
    throw new DemoFailedError('The money does not sum up.', { details: { start: String(start), end: String(end) } })
  transcript.line('    every unit is accounted for')
}

const signed = (amount: bigint): string => (amount > 0n ? `+${exact(amount)}` : exact(amount))
