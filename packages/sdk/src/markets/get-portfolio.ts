import { Share__factory } from '@gristmill/abi'
import { type Address, type MarketId, SHARE_UNIT } from '@gristmill/protocol'
import { type Log, zeroPadValue } from 'ethers'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import { onChain } from '../chain/on-chain.js'
import { readAllLogs } from '../chain/read-logs.js'
import { type Connection, requireSigner } from '../connection.js'

/** What `client.markets.portfolio` takes. */
export interface GetPortfolioParams {
  /** Default: the client's. */
  account?: Address
}

/** One thing that a patron did with a market's shares. */
export interface PortfolioEvent {
  type: 'seeded' | 'funded' | 'redeemed'
  blockNumber: number
  /** Unix seconds. */
  at: number
  /** 18 decimals: bought, or redeemed. */
  shares: bigint
  /** Paid in, or taken out; units of the asset's decimals. */
  amount: bigint
}

/** A patron's money in one market; amounts in units of the asset's decimals, shares with 18 decimals. */
export interface PortfolioEntry {
  market: MarketId
  asset: Address
  share: Address
  shares: bigint
  /** Of them, what votes and signals hold: these can neither be moved nor redeemed now. */
  encumbered: bigint
  /** What redeeming all shares would pay now, were none encumbered. */
  redeemable: bigint
  paidIn: bigint
  takenOut: bigint
  /** takenOut + redeemable - paidIn: below zero is a loss. Rewards of signals and votes are not in it. */
  net: bigint
  /** The oldest first. */
  events: PortfolioEvent[]
}

/**
 * What a patron paid into markets, took out and still has there, from the chain alone. Shares that came or went by
 * transfer are counted, what was paid for them is not: the chain does not know it.
 */
export async function getPortfolio(connection: Connection, params: GetPortfolioParams = {}): Promise<PortfolioEntry[]> {
  const account = params.account ?? requireSigner(connection).account
  const byMarket = new Map<MarketId, Log[]>()
  for (const log of await logsOf(connection, account)) {
    const market = log.topics[1] as MarketId
    byMarket.set(market, [...(byMarket.get(market) ?? []), log])
  }
  return Promise.all([...byMarket].map(([market, logs]) => readEntry(connection, account, market, logs)))
}

const NAMES = ['MarketCreated', 'Funded', 'Redeemed'] as const

function logsOf(connection: Connection, account: Address): Promise<Log[]> {
  const { contracts, deployment } = connection
  const names = NAMES.map((name) => contracts.markets.interface.getEvent(name).topicHash)
  const topics = [names, null, zeroPadValue(account, 32)]
  const { markets: address, deployedAtBlock: fromBlock } = deployment
  return readAllLogs(connection, { address, topics, fromBlock, toBlock: 'latest' })
}

async function readEntry(
  connection: Connection,
  account: Address,
  market: MarketId,
  logs: readonly Log[],
): Promise<PortfolioEntry> {
  const { markets } = connection.contracts
  const identity = await onChain(() => markets.identityOf(market))
  const share = Share__factory.connect(identity.share, connection.provider)
  const events = await Promise.all(logs.map((log) => eventOfLog(connection, log)))
  const [shares, encumbered, redeemable] = await asOfOneBlock(connection, async () => {
    const [balance, held] = await Promise.all([share.balanceOf(account), share.encumberedOf(account)])
    return [balance, held, balance === 0n ? 0n : await markets.quoteRedeem(market, balance)] as const
  })
  const sum = (isOut: boolean) =>
    events.filter(({ type }) => (type === 'redeemed') === isOut).reduce((total, { amount }) => total + amount, 0n)
  const [paidIn, takenOut] = [sum(false), sum(true)]
  const net = takenOut + redeemable - paidIn
  const known = { market, asset: identity.asset as Address, share: identity.share as Address }
  return { ...known, shares, encumbered, redeemable, paidIn, takenOut, net, events }
}

async function eventOfLog({ contracts: { markets }, provider }: Connection, log: Log): Promise<PortfolioEvent> {
  const block = await onChain(() => provider.getBlock(log.blockNumber))
  const place = { blockNumber: log.blockNumber, at: block?.timestamp ?? 0 }
  const name = NAMES.find((candidate) => markets.interface.getEvent(candidate).topicHash === log.topics[0])
  const args = markets.interface.decodeEventLog(name ?? '', log.data, log.topics)
  if (name === 'MarketCreated') {
    const [seed, p0] = [args.seed as bigint, args.identity.p0 as bigint]
    // As Markets.create mints, but for the one share that is dead.
    return { type: 'seeded', ...place, shares: (seed * SHARE_UNIT) / p0 - SHARE_UNIT, amount: seed }
  }
  const type = name === 'Funded' ? 'funded' : 'redeemed'
  return { type, ...place, shares: args.shares as bigint, amount: args.amount as bigint }
}
