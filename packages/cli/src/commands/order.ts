import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

/** `buy`, `order show`, `order collect`, `order accept`, `order refund`. */
export function addOrderCommands(program: Command, io: Io): void {
  program
    .command('buy')
    .description('order data, download it, decrypt it and check it against what was bought')
    .argument('<listing>')
    .requiredOption('--out <file>', 'where the data goes, a folder if it has several files; must not exist')
    .option('--max-price <amount>', 'order nothing above this price, in whole tokens')
    .addOption(new Option('--from <source>', 'what pays').choices(['wallet', 'vault']).default('wallet'))
    .addHelpText('after', '\nExample:\n  gristmill buy 0x… --out data.csv --max-price 5')
    .action(async (listing, options, command) => {
      const { buyListing } = await import('../order/buy-listing.js')
      await buyListing(io, command, listing, options)
    })

  const order = program.command('order').description('your orders')
  order
    .command('show')
    .description('terms and state of an order, rebuilt from the chain')
    .argument('<order>')
    .addHelpText('after', '\nExample:\n  gristmill order show 0x…')
    .action(async (id, _options, command) => {
      const { showOrder } = await import('../order/show-order.js')
      await showOrder(io, command, id)
    })
  order
    .command('collect')
    .description('fetch what an order brought, again if need be')
    .argument('<order>')
    .requiredOption('--out <file>', 'where it goes; must not exist')
    .option('--timeout <seconds>', 'how long to wait for it', '600')
    .addHelpText('after', '\nExample:\n  gristmill order collect 0x… --out data.csv')
    .action(async (id, options, command) => {
      const { collectOrder } = await import('../order/collect-order.js')
      await collectOrder(io, command, id, options)
    })
  order
    .command('accept')
    .description('say that what a run delivered is right: the operator is paid at once')
    .argument('<order>')
    .addHelpText('after', '\nExample:\n  gristmill order accept 0x…')
    .action(async (id, _options, command) => {
      const { acceptOrder } = await import('../order/accept-order.js')
      await acceptOrder(io, command, id)
    })
  order
    .command('refund')
    .description('take the price back of an order that was not fulfilled in time')
    .argument('<order>')
    .addHelpText('after', '\nExample:\n  gristmill order refund 0x…')
    .action(async (id, _options, command) => {
      const { refundOrder } = await import('../order/refund-order.js')
      await refundOrder(io, command, id)
    })
}
