import type { Command } from 'commander'
import type { Io } from '../io.js'

const RECEIPT = ['--receipt <file>', 'that receipt show --json wrote, instead of asking the datatrust'] as const

/** `receipt show`, `receipt verify`, `receipt contradict`, `receipt export`. */
export function addReceiptCommands(program: Command, io: Io): void {
  const receipt = program.command('receipt').description('what a run did, as its datatrust answers for it')
  receipt
    .command('show')
    .description('receipt of a run and how it came about, checked against order, listing and chain')
    .argument('<order>')
    .option(...RECEIPT)
    .addHelpText(
      'after',
      "\nThe datatrust tells the order's buyer and the maker of its data; they may pass on what --json prints.\n" +
        '\nExamples:\n  gristmill receipt show 0x… --as sponsor\n  gristmill receipt show 0x… --json > receipt.json',
    )
    .action(async (order, options, command) => {
      const { showReceipt } = await import('../receipt/show-receipt.js')
      await showReceipt(io, command, order, options)
    })
  receipt
    .command('verify')
    .description('check a receipt; with data, algorithm and opening repeat the run and compare what it came to')
    .argument('<order>')
    .option(...RECEIPT)
    .option('--data <files...>', 'that was run on, in the order in which it is listed')
    .option('--algorithm <file>', 'that was run')
    .option('--opening <file>', 'of the run, from the operator: gristmill datatrust opening ORDER --out FILE')
    .option('--report <file>', 'what came of repeating it, for an arbiter; must not exist')
    .addHelpText(
      'after',
      '\nSays what was checked and what was not, and ends with 1 if anything differs. A runtime that is deterministic (wasm,\n' +
        'js) gives the same report wherever it is repeated.\n' +
        '\nExamples:\n  gristmill receipt verify 0x… --as sponsor\n' +
        '  gristmill receipt verify 0x… --receipt receipt.json --data table.csv --algorithm train.wasm --opening opening.json --report report.json',
    )
    .action(async (order, options, command) => {
      const { verifyReceipt } = await import('../receipt/verify-receipt.js')
      await verifyReceipt(io, command, order, options)
    })
  receipt
    .command('export')
    .description('write a run as a Five Safes RO-Crate: receipt, provenance and policy, in a BagIt bag')
    .argument('<order>')
    .requiredOption('--out <folder>', 'must not exist')
    .option(...RECEIPT)
    .option('--project <name>', 'on whose behalf it was run (default: the order)')
    .option('--model <file>', 'put the model in; it is compared with the receipt')
    .option('--algorithm <file>', 'put the algorithm in; it is compared with the order')
    .addHelpText(
      'after',
      '\nTimes in it are those of the chain: how long a run took nobody is told.\n' +
        '\nExample:\n  gristmill receipt export 0x… --out crate --model model.safetensors --as sponsor',
    )
    .action(async (order, options, command) => {
      const { exportReceipt } = await import('../receipt/export-receipt.js')
      await exportReceipt(io, command, order, options)
    })
  receipt
    .command('contradict')
    .description('prove on chain that the datatrust signed another receipt than the order holds; the buyer is paid')
    .argument('<order>')
    .requiredOption('--receipt <file>', 'the other one, as receipt show --json wrote it')
    .addHelpText(
      'after',
      '\nProof are other goods, another raw output, or another model, within the window of the order; anyone may.\n' +
        '\nExample:\n  gristmill receipt contradict 0x… --receipt told.json --as sponsor',
    )
    .action(async (order, options, command) => {
      const { contradictReceipt } = await import('../receipt/contradict-receipt.js')
      await contradictReceipt(io, command, order, options)
    })
}
