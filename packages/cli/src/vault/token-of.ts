import type { Address } from '@gristmill/protocol'
import { ArgumentError } from '../argument-errors.js'
import { parseAddress } from '../arguments.js'
import type { Reader } from '../session.js'

export interface TokenOption {
  token?: string
}

/** The token that is named, or the profile's, or that in which the datatrust's bond is. */
export async function tokenOf({ client, profile }: Reader, { token }: TokenOption): Promise<Address> {
  if (token !== undefined) return parseAddress('--token', token)
  if (profile.token !== undefined) return profile.token
  if (profile.datatrustUrl === undefined) {
    throw new ArgumentError('--token', 'is needed: the profile names neither a token nor a datatrust.')
  }
  const { datatrust } = await client.datatrusts.card()
  return (await client.datatrusts.get({ datatrust })).asset
}
