import type { ListingId, Status } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseAddress, parseId, parseLimit } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { type Money, moneyOf } from '../money.js'
import { note, printResult } from '../output.js'
import { openReader, openSession } from '../session.js'
import { table } from '../table.js'

export interface ShowOrdersOptions {
  role: 'buyer' | 'maker'
  status?: Status
  listing?: string
  account?: string
  limit?: string
  after?: string
}

export async function showOrders(io: Io, command: Command, options: ShowOrdersOptions): Promise<void> {
  const { role, status, after } = options
  const named = options.account === undefined ? undefined : parseAddress('--account', options.account)
  const limit = options.limit === undefined ? {} : { limit: parseLimit('--limit', options.limit) }
  const listing = options.listing === undefined ? {} : { listing: parseId('--listing', options.listing) as ListingId }
  const session = named === undefined ? await openSession(io, command) : undefined
  await using reader = session ?? (await openReader(io, command))
  const account = named ?? (session as NonNullable<typeof session>).account
  const { client } = reader
  const { orders, next } = await client.orders.list({
    account,
    role,
    ...listing,
    ...limit,
    ...(status === undefined ? {} : { status }),
    ...(after === undefined ? {} : { after }),
  })
  const monies = new Map<string, Money>()
  for (const { deal } of orders) {
    if (!monies.has(deal.asset)) monies.set(deal.asset, await moneyOf(client, deal.asset))
  }
  const rows = orders.map(({ orderId, kind, status: state, deadline, deal }) => ({
    order: orderId,
    kind,
    status: state,
    price: monies.get(deal.asset)?.format(deal.price),
    until: ['settled', 'refunded'].includes(state) ? '' : formatInstant(deadline),
  }))
  if (orders.length === 0) note(io, `No such order of ${account} as ${role}.`)
  if (next !== undefined) note(io, `There are more: add --after ${next}`)
  const columns = [
    { name: 'order' },
    { name: 'kind' },
    { name: 'status' },
    { name: 'price', align: 'right' as const },
    { name: 'until' },
  ]
  printResult(io, command, { account, role, orders, next }, rows.length === 0 ? [] : table(io, columns, rows))
}
