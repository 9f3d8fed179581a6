import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

const OUT = 'where it goes, a folder if it has several files; must not exist'
const DIRECT = 'as an OpenPGP message to your key, on trust: nothing of it can be proved wrong'
const MAX_PRICE = 'order nothing above this price, in whole tokens'
const from = () => new Option('--from <source>', 'what pays').choices(['wallet', 'vault']).default('wallet')

/** `buy`, `download`, `order place`, `order show`, `order list`, `order accept`, `order complain`, `order settle`, `order refund`. */
export function addOrderCommands(program: Command, io: Io): void {
  program
    .command('buy')
    .description(
      'order data, download it, and check every byte against what was bought; a wrong one is proved on chain',
    )
    .argument('<listing>')
    .requiredOption('--out <file>', OUT)
    .option('--max-price <amount>', MAX_PRICE)
    .addOption(from())
    .option('--timeout <seconds>', 'how long to wait for it', '600')
    .option('--again', 'pay once more for what was bought already')
    .option('--direct', DIRECT)
    .addHelpText(
      'after',
      '\nInterrupted? The same command again goes on with the order that is paid.\n' +
        '\nExample:\n  gristmill buy 0x… --out data.csv --max-price 5',
    )
    .action(async (listing, options, command) => {
      const { buyListing } = await import('../order/buy-listing.js')
      await buyListing(io, command, listing, options)
    })
  program
    .command('download')
    .description('fetch what an order brought, again if need be, and check it')
    .argument('<order>')
    .requiredOption('--out <file>', OUT)
    .option('--timeout <seconds>', 'how long to wait for it', '600')
    .addHelpText('after', '\nExample:\n  gristmill download 0x… --out data.csv')
    .action(async (id, options, command) => {
      const { downloadOrder } = await import('../order/download-order.js')
      await downloadOrder(io, command, id, options)
    })
  addOrderGroup(program.command('order').description('orders: placed, delivered, settled, refunded'), io)
}

function addOrderGroup(order: Command, io: Io): void {
  order
    .command('place')
    .description('pay for data, or for a run, without waiting for it')
    .argument('<listing>')
    .option('--algorithm <file>', 'WebAssembly module or script: orders a run')
    .option('--parameters <json>', 'integers by name (default: none)')
    .option('--max-price <amount>', MAX_PRICE)
    .addOption(from())
    .option('--direct', DIRECT)
    .addHelpText('after', '\nExample:\n  gristmill order place 0x… --max-price 5')
    .action(async (listing, options, command) => {
      const { placeOrder } = await import('../order/place-order.js')
      await placeOrder(io, command, listing, options)
    })
  order
    .command('show')
    .description('terms and state of an order, rebuilt from the chain, and what you can do with it next')
    .argument('<order>')
    .option('--account <address>', 'whose next steps (default: of the key that acts)')
    .addHelpText('after', '\nExample:\n  gristmill order show 0x…')
    .action(async (id, options, command) => {
      const { showOrder } = await import('../order/show-order.js')
      await showOrder(io, command, id, options)
    })
  order
    .command('list')
    .description('your orders, the newest first, from the chain')
    .addOption(
      new Option('--role <role>', 'those you placed, or those of your listings')
        .choices(['buyer', 'maker'])
        .default('buyer'),
    )
    .addOption(
      new Option('--status <status>', 'only in this state').choices([
        'placed',
        'revealed',
        'fulfilled',
        'revealed-disputed',
        'fulfilled-disputed',
        'settled',
        'refunded',
      ]),
    )
    .option('--listing <listing>', 'only for this listing')
    .option('--account <address>', 'whose (default: that of the key that acts)')
    .option('--limit <number>', 'of one page, 1 to 100', '20')
    .option('--after <cursor>', 'continue a page')
    .addHelpText('after', '\nExamples:\n  gristmill order list\n  gristmill order list --role maker --status placed')
    .action(async (options, command) => {
      const { showOrders } = await import('../order/show-orders.js')
      await showOrders(io, command, options)
    })
  order
    .command('accept')
    .description('say that what came is right: it is paid out at once, in full')
    .argument('<order>')
    .addHelpText('after', '\nExample:\n  gristmill order accept 0x…')
    .action(async (id, _options, command) => {
      const { acceptOrder } = await import('../order/accept-order.js')
      await acceptOrder(io, command, id)
    })
  order
    .command('complain')
    .description('prove a wrong cell on chain with evidence that a download kept; anyone may, the buyer is paid')
    .argument('<evidence>', 'file that the download left')
    .addHelpText('after', '\nExample:\n  gristmill order complain data.csv.partial.evidence.json')
    .action(async (file, _options, command) => {
      const { complainAboutOrder } = await import('../order/complain-about-order.js')
      await complainAboutOrder(io, command, file)
    })
  order
    .command('settle')
    .description('pay out what was delivered, its window over; of runs all but the failure part goes back; anyone may')
    .argument('<orders...>')
    .addHelpText('after', '\nExample:\n  gristmill order settle 0x… 0x…')
    .action(async (ids, _options, command) => {
      const { settleOrders } = await import('../order/settle-orders.js')
      await settleOrders(io, command, ids)
    })
  order
    .command('refund')
    .description('take the price back of orders that were not fulfilled in time; anyone may, buyers get it')
    .argument('<orders...>')
    .addHelpText('after', '\nExample:\n  gristmill order refund 0x…')
    .action(async (ids, _options, command) => {
      const { refundOrders } = await import('../order/refund-orders.js')
      await refundOrders(io, command, ids)
    })
}
