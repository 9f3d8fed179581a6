import type { Command } from 'commander'

const TOKENS = 'in whole tokens'

/** Of every value of a market's config: name, unit and meaning. */
const CONFIG_OPTIONS = [
  ['--spread-bps <bps>', 'the ask is at least this much above what a share is worth; at most 5000'],
  ['--maker-bps <bps>', "maker's part of a sale; at least 2500"],
  ['--operator-bps <bps>', "datatrust's part of a sale; at most 5000"],
  ['--curators-bps <bps>', "curators' part of a sale; at most 1000. What is left is the reserve's"],
  ['--failure-bps <bps>', 'part of the price due for a run whose model the buyer does not accept; at most 3000'],
  ['--compensation-bps <bps>', 'of the least bond: most that a proven wrong delivery brings its buyer; at most 10000'],
  ['--quorum-bps <bps>', 'of the shares that can vote: what a poll needs; at most 5000'],
  ['--challenge-fee-bps <bps>', 'part of the bond due from who opens a poll without a quorum; at most 5000'],
  ['--is-curated <yes|no>', "whether only datatrusts on the market's list serve"],
  ['--drip-seconds <seconds>', 'over which revenue unlocks; 1h to 30d'],
  ['--exit-delay-seconds <seconds>', 'in which a listing that exits still takes orders; at most 30d'],
  ['--activation-seconds <seconds>', 'between publishing and the first order; at most 30d'],
  ['--complaint-window-seconds <seconds>', 'to prove a wrong delivery after the key is revealed; at most 13d'],
  ['--dispute-window-seconds <seconds>', 'to look at a result before an unaccepted run is closed; at most 13d'],
  ['--poll-seconds <seconds>', 'in which votes are cast; at most 30d'],
  ['--timelock-seconds <seconds>', 'before new rules bind; at most 30d'],
  ['--list-reward <amount>', `most that a listing earns from the bounty, ${TOKENS}`],
  ['--listing-bond <amount>', `of a maker, given back after the exit, ${TOKENS}`],
  ['--challenge-bond <amount>', `of who opens a poll, ${TOKENS}`],
  ['--min-bond <amount>', `of a datatrust, ${TOKENS}`],
] as const

export function addConfigOptions(command: Command): void {
  command.option('--config <file>', 'JSON of rules, by name: {"makerBps":7000,"dripSeconds":"7d","listingBond":"10"}')
  for (const [flags, description] of CONFIG_OPTIONS) command.option(flags, description)
}
