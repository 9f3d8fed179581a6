import type { MarketId } from '@gristmill/protocol'
import { ArgumentError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Reader } from '../session.js'

/** The market that is named, else the profile's, else the only one there is. */
export async function marketOf({ client, profile }: Reader, id: string | undefined): Promise<MarketId> {
  if (id !== undefined) return parseId('market', id) as MarketId
  if (profile.market !== undefined) return profile.market
  const { markets } = await client.markets.list({ limit: 2 })
  const [only, another] = markets
  if (only !== undefined && another === undefined) return only.market
  throw new ArgumentError(
    'market',
    only === undefined
      ? 'there is none on this chain yet: make one with gristmill market create.'
      : 'there are several: name one, gristmill market list shows them.',
  )
}
