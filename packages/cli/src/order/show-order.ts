import { type Address, type Deal, decidersOf, isProtocolError, type OrderId, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Client, Order, OrderEvent } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseAddress, parseId } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { type Money, moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader, openReaderAs } from '../session.js'
import { nextStepsOf, type OrderRole, stepText } from './next-steps.js'
import { timesOf } from './order-times.js'
import { partsText } from './parts-text.js'

export interface ShowOrderOptions {
  account?: string
}

export async function showOrder(io: Io, command: Command, id: string, options: ShowOrderOptions): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  const named = options.account === undefined ? undefined : parseAddress('--account', options.account)
  await using reader =
    named === undefined ? await openReaderAs(io, command) : { ...(await openReader(io, command)), account: named }
  const { client, account } = reader
  const order = await client.orders.get({ orderId })
  const [money, now, events] = await Promise.all([
    moneyOf(client, order.deal.asset),
    client.chainTime(),
    client.orders.events({ fromBlock: order.placedAtBlock, toBlock: 'latest', orderIds: [orderId] }),
  ])
  const isContested = events.some(({ type }) => type === 'disputed')
  const poll = isContested ? await client.curation.disputeOf({ orderId, fromBlock: order.placedAtBlock }) : undefined
  const role = roleOf(order.deal, account)
  const decides = await decidesAbout(client, order, account)
  const next = nextStepsOf(order, { role, now, curation: client.deployment.curation, events, poll, decides })
  const { kind, status, deadline, deal, goods } = order
  const { refundableAfter, settlesAfter } = timesOf(order)
  const isRun = kind === 'compute'
  const run = goods.runId === ZERO_BYTES32 ? undefined : await client.orders.run({ orderId })
  const lines = fields({
    order: orderId,
    kind,
    status,
    price: money.format(deal.price),
    listing: deal.listing,
    buyer: deal.buyer,
    maker: deal.maker,
    datatrust: deal.datatrust,
    'comes by': status === 'placed' ? formatInstant(deadline) : undefined,
    'refund after': refundableAfter === undefined ? undefined : formatInstant(refundableAfter),
    'settles after': settlesAfter === undefined ? undefined : formatInstant(settlesAfter),
    algorithm: isRun ? goods.algorithm : undefined,
    run: run?.runId,
    'placed with': run?.orderIds.filter((other) => other !== orderId),
    'run needs': run === undefined || run.isWhole ? undefined : 'further orders, which were not placed with this one',
    content: goods.termsHash,
    ...happened(events, money),
    next: next.map(stepText),
  })
  printResult(io, command, { ...order, ...timesOf(order), ...(run && { run }), events, role, next }, lines)
}

/** If an account is asked about the model of a run that is to come; undefined where no datatrust tells its policy. */
async function decidesAbout(
  client: Client,
  { kind, status, deal }: Pick<Order, 'kind' | 'status' | 'deal'>,
  account: Address | undefined,
): Promise<boolean | undefined> {
  if (kind !== 'compute' || status !== 'placed') return undefined
  if (account === undefined) return false
  try {
    const { policy, maker } = (await client.listings.get({ listing: deal.listing })).document
    // An algorithm listing has no policy, and its maker no say.
    const asked = policy === undefined ? [] : decidersOf(policy.release, { maker, sponsor: deal.buyer })
    return asked.some((one) => one.toLowerCase() === account.toLowerCase())
  } catch (error) {
    // What the chain tells is shown all the same.
    if (isProtocolError(error)) return undefined
    throw error
  }
}

function roleOf({ buyer, maker }: Deal, account: Address | undefined): OrderRole {
  const is = (other: Address) => account?.toLowerCase() === other.toLowerCase()
  if (is(buyer)) return 'buyer'
  return is(maker) ? 'maker' : 'stranger'
}

function happened(events: readonly OrderEvent[], money: Money): Record<string, string> {
  return Object.fromEntries(events.map((event) => [event.type, describe(event, money)]))
}

function describe(event: OrderEvent, money: Money): string {
  switch (event.type) {
    case 'placed':
      return `block ${event.blockNumber}, transaction ${event.transactionHash}`
    case 'revealed':
      return `key public, block ${event.blockNumber}; a wrong cell can be proved until ${formatInstant(event.settlesAfter)}`
    case 'complaint-upheld':
      return `cell ${event.cell} was wrong: ${money.format(event.compensation)} of the bond to the buyer, ${money.format(event.burnt)} burnt`
    case 'contradiction-proven':
      return `the datatrust signed another receipt, too: ${money.format(event.compensation)} of the bond to the buyer, ${money.format(event.burnt)} burnt`
    case 'disputed':
      return `before ${event.arbiter}, which may rule until ${formatInstant(event.lapsesAfter)}`
    case 'ruled':
      return event.isUpheld ? 'for the buyer' : 'for the datatrust'
    case 'fulfilled':
      return `verdict ${event.verdict}, block ${event.blockNumber}`
    case 'settled':
      return partsText(event, money)
    case 'refunded':
      return `${money.format(event.amount)} to the buyer's Vault balance`
  }
}
