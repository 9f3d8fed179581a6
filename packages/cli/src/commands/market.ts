import { type Command, Option } from 'commander'
import type { Io } from '../io.js'
import { addConfigOptions } from './config-options.js'

const MARKET = "default: the profile's, or the only one there is"
const TOKENS = 'in whole tokens'

const from = () => new Option('--from <source>', 'what pays').choices(['wallet', 'vault']).default('wallet')

/** `market create`, `market list`, `market show`, `market curve`, `market fund`, `market redeem`. */
export function addMarketCommands(program: Command, io: Io): void {
  const market = program.command('market').description('markets and their reserves')
  const create = market
    .command('create')
    .description('open a market and seed its reserve; its rules bind new listings and orders only')
    .requiredOption('--seed <amount>', `first money of the reserve, ${TOKENS}`)
    .option('--asset <address>', "ERC-20 in which it counts (default: the profile's, or that of the datatrust's bond)")
    .option('--p0 <amount>', `price of the first share, ${TOKENS}`, '1')
    .option('--k <number>', "the curve's own number, see below (default: 1000000, root 1, computable 110)")
    .addOption(
      new Option('--preset <name>', 'rules to start from; quick waits an hour at most, for trying things out')
        .choices(['standard', 'quick'])
        .default('standard'),
    )
    .option('--admin <address>', 'who may change the rules later (default: nobody, ever)')
    .option(
      '--curve <curve>',
      'how the ask rises: linear, flat, root, computable, or the address of a contract',
      'linear',
    )
    .addOption(from())
  addConfigOptions(create)
  create
    .addHelpText(
      'after',
      '\nCurves; whichever it is, the ask is at least the spread above what a share is worth:\n' +
        '  linear      the ask starts at p0 and rises by it every K shares\n' +
        '  flat        the ask is what a share is worth; p0 prices the seed only\n' +
        "  root        Bancor's with the ratio 1 - 1/2^K, K from 1 to 16; much money at once pays more than in parts\n" +
        "  computable  Computable's, with the floor p0 and the spread of K percent, K >= 100; for assets of 18 decimals\n" +
        '\nSeconds may be written 10m, 2h or 3d; 100 bps are 1 %. Options win over --config, --config over --preset.\n' +
        '\nExamples:\n  gristmill market create --seed 1000 --preset quick\n' +
        '  gristmill market create --seed 5000 --listing-bond 25 --drip-seconds 14d --dry-run',
    )
    .action(async (options, command) => {
      const { createMarket } = await import('../market/create-market.js')
      await createMarket(io, command, options)
    })
  market
    .command('list')
    .description('markets on the chain, the newest first')
    .option('--asset <address>', 'only those that count in this ERC-20')
    .option('--creator <address>', 'only those that this account made')
    .option('--limit <number>', 'of one page, 1 to 100', '20')
    .option('--after <cursor>', 'continue a page')
    .addHelpText('after', '\nExample:\n  gristmill market list --limit 5')
    .action(async (options, command) => {
      const { showMarkets } = await import('../market/show-markets.js')
      await showMarkets(io, command, options)
    })
  market
    .command('show')
    .description('prices, money and rules of a market')
    .argument('[market]', MARKET)
    .addHelpText('after', '\nExample:\n  gristmill market show --json')
    .action(async (id, _options, command) => {
      const { showMarket } = await import('../market/show-market.js')
      await showMarket(io, command, id)
    })
  market
    .command('curve')
    .description('where a market is on its curve, and what a purchase would do; sends nothing')
    .argument('[market]', MARKET)
    .option('--amount <amount>', `of the purchase to look at, ${TOKENS}`)
    .option('--svg <file>', 'draws ask and bid over the supply into a new file')
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill market curve\n  gristmill market curve --amount 500 --svg curve.svg',
    )
    .action(async (id, options, command) => {
      const { showCurve } = await import('../market/show-curve.js')
      await showCurve(io, command, id, options)
    })
  market
    .command('fund')
    .description('buy shares of a market: a claim on its reserve, into which every sale pays')
    .argument('<amount>', TOKENS)
    .option('--market <market>', MARKET)
    .option('--min-shares <shares>', 'fewest shares accepted (default: half a percent under what it shows)')
    .option('--max-price <amount>', `instead: highest price of a share accepted, ${TOKENS}`)
    .addOption(from())
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill market fund 500\n  gristmill market fund 500 --max-price 1.1 --dry-run',
    )
    .action(async (amount, options, command) => {
      const { fundMarket } = await import('../market/fund-market.js')
      await fundMarket(io, command, amount, options)
    })
  market
    .command('redeem')
    .description('burn shares of a market for their part of its unlocked reserve')
    .argument('<shares>', 'as 12.5, or "all"')
    .option('--market <market>', MARKET)
    .option('--min-amount <amount>', `least money accepted, ${TOKENS} (default: half a percent under what it shows)`)
    .addHelpText('after', '\nExamples:\n  gristmill market redeem all\n  gristmill market redeem 100 --min-amount 95')
    .action(async (shares, options, command) => {
      const { redeemShares } = await import('../market/redeem-shares.js')
      await redeemShares(io, command, shares, options)
    })
}
