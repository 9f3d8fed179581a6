import type { MarketId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { bindingText, configFields } from '../market/market-fields.js'
import { type WrittenConfig, writtenConfigOf } from '../market/read-config.js'
import type { Source } from '../payment.js'
import { openSession } from '../session.js'
import { openPoll, pollMarketOf } from './open-poll.js'

const PROPOSE_GAS = 400_000n

export interface ProposeConfigOptions extends WrittenConfig {
  config?: string
  from: Source
}

/** Has the share holders vote on other rules: those of today, but for what is written. */
export async function proposeConfig(
  io: Io,
  command: Command,
  id: string,
  options: ProposeConfigOptions,
): Promise<void> {
  const parsed = parseId('market', id) as MarketId
  await using session = await openSession(io, command)
  const { client } = session
  const { market, money } = await pollMarketOf(client, parsed)
  const config = await writtenConfigOf(io, options, market.config, money)
  const now = configFields(market.config, money)
  const then = configFields(config, money)
  const changes = Object.entries(then).filter(([name, text]) => now[name] !== text)
  if (changes.length === 0)
    throw new ArgumentError('propose config', 'changes nothing: say what is to change, --maker-bps 6500 for example.')
  await openPoll(io, command, session, {
    market,
    money,
    from: options.from,
    poll: {
      title: `Propose other rules for market ${parsed}`,
      subject: { market: parsed },
      facts: Object.fromEntries(changes.map(([name, text]) => [name, `${text} (today ${now[name]})`])),
      ifPassed: `they bind ${bindingText(market.config)}, and the bond comes back`,
      irreversible: 'A proposal cannot be taken back.',
      call: { function: 'proposeConfig', args: { market: parsed, config: { ...config } }, typicalGas: PROPOSE_GAS },
      open: (payment) => client.curation.proposeConfig({ market: parsed, config, payment }),
    },
  })
}
