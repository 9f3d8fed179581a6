import { resolve } from 'node:path'
import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { buy } from '../buy.js'
import { collect } from '../collect.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { openReader, openSession } from '../session.js'
import { requireFree } from '../write-asset.js'

const OVER = 'The order was settled or refunded before; nothing was moved.'

/** `buy`, `order show`, `order collect`, `order accept`, `order refund`. */
export function addOrderCommands(program: Command, io: Io): void {
  program
    .command('buy')
    .description('order data, download it, decrypt it and check it against what was bought')
    .argument('<listing>')
    .requiredOption('--out <file>', 'where the data goes; a folder if it has several files')
    .option('--max-price <amount>', 'order nothing above this price')
    .option('--from <source>', 'pay from the wallet or from the vault', 'wallet')
    .action(async (listing: string, options: BuyOptions, command: Command) => {
      const out = resolve(io.cwd, options.out)
      requireFree(out)
      await using session = await openSession(io, command)
      const bought = await buy(io, session, {
        listing: parseId('listing', listing),
        kind: 'access',
        maxPrice: options.maxPrice,
        from: options.from,
      })
      const collected = await collect(io, session, { orderId: bought.orderId, out })
      printResult(
        io,
        command,
        { ...bought, ...collected },
        fields({ order: bought.orderId, price: bought.price, ...collected.shown }),
      )
    })

  const order = program.command('order').description('your orders')
  order
    .command('show')
    .description('terms and state of an order, rebuilt from the chain')
    .argument('<order>')
    .action(async (id: string, _options: unknown, command: Command) => {
      await using reader = await openReader(io, command)
      const found = await reader.client.orders.get({ orderId: parseId('order', id) as OrderId })
      const money = await moneyOf(reader.client, found.deal.asset)
      const { orderId, kind, status, deadline, deal } = found
      const lines = fields({
        order: orderId,
        kind,
        status,
        deadline: new Date(deadline * 1000).toISOString(),
        listing: deal.listing,
        buyer: deal.buyer,
        maker: deal.maker,
        price: money.format(deal.price),
      })
      printResult(io, command, found, lines)
    })
  order
    .command('collect')
    .description('fetch what an order brought, again if need be')
    .argument('<order>')
    .requiredOption('--out <file>', 'where it goes')
    .option('--timeout <seconds>', 'how long to wait for it', '600')
    .action(async (id: string, options: { out: string; timeout: string }, command: Command) => {
      const out = resolve(io.cwd, options.out)
      requireFree(out)
      await using session = await openSession(io, command)
      const { timeout } = options
      const collected = await collect(io, session, { orderId: parseId('order', id), out, timeout })
      printResult(io, command, collected, fields(collected.shown))
    })
  order
    .command('accept')
    .description('say that what a run delivered is right: the operator is paid at once')
    .argument('<order>')
    .action(async (id: string, _options: unknown, command: Command) => {
      await using session = await openSession(io, command)
      const { client } = session
      const orderId = parseId('order', id)
      const { deal } = await client.orders.get({ orderId })
      const { settled, receipt } = await client.orders.accept({ orderId })
      const money = await moneyOf(client, deal.asset)
      const [parts] = settled
      if (parts === undefined) note(io, OVER)
      const lines = fields({
        order: orderId,
        maker: parts && money.format(parts.toMaker),
        operator: parts && money.format(parts.toOperator),
        curators: parts && money.format(parts.toCurators),
        reserve: parts && money.format(parts.toReserve),
        'back to you': parts && money.format(parts.toBuyer),
      })
      printResult(io, command, { settled, transactionHash: receipt.hash }, lines)
    })
  order
    .command('refund')
    .description('take the price back of an order that was not fulfilled in time')
    .argument('<order>')
    .action(async (id: string, _options: unknown, command: Command) => {
      await using session = await openSession(io, command)
      const { client } = session
      const orderId = parseId('order', id)
      const { deal } = await client.orders.get({ orderId })
      const { refunded, receipt } = await client.orders.refund({ orders: [orderId] })
      if (refunded.length === 0) note(io, OVER)
      const money = await moneyOf(client, deal.asset)
      const lines = fields({ order: orderId, refunded: money.format(refunded[0]?.amount ?? 0n) })
      printResult(io, command, { refunded, transactionHash: receipt.hash }, lines)
    })
}

interface BuyOptions {
  out: string
  maxPrice?: string
  from: string
}
