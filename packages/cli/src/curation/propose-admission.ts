import type { MarketId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { parseNumber } from '../datatrust/datatrust-of.js'
import type { Io } from '../io.js'
import { bindingText } from '../market/market-fields.js'
import type { Source } from '../payment.js'
import { openSession } from '../session.js'
import { openPoll, pollMarketOf } from './open-poll.js'

const PROPOSE_GAS = 350_000n

export interface ProposeAdmissionParams {
  market: string
  datatrust: string
  answer: 'admit' | 'dismiss'
}

/** Has the share holders vote on who is on their market's admission list. */
export async function proposeAdmission(
  io: Io,
  command: Command,
  params: ProposeAdmissionParams,
  { from }: { from: Source },
): Promise<void> {
  const id = parseId('market', params.market) as MarketId
  const datatrust = parseNumber('datatrust', params.datatrust)
  const isAdmitted = params.answer === 'admit'
  await using session = await openSession(io, command)
  const { client } = session
  const { market, money } = await pollMarketOf(client, id)
  const { url } = await client.datatrusts.get({ datatrust })
  await openPoll(io, command, session, {
    market,
    money,
    from,
    poll: {
      title: `Propose ${isAdmitted ? 'to admit' : 'to dismiss'} datatrust ${datatrust}`,
      subject: { market: id, datatrust, isAdmitted },
      facts: {
        datatrust: `${datatrust}, ${url}`,
        market: id,
        today: market.config.isCurated
          ? "only those on the market's list serve"
          : 'any with the bond serves, list or not',
      },
      ifPassed: `it holds ${bindingText(market.config)}, and the bond comes back`,
      irreversible: 'A proposal cannot be taken back.',
      call: { function: 'proposeAdmission', args: { market: id, datatrust, isAdmitted }, typicalGas: PROPOSE_GAS },
      open: (payment) => client.curation.proposeAdmission({ market: id, datatrust, isAdmitted, payment }),
    },
  })
}
