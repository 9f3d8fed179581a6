import type { PublicIdentity } from '@gristmill/datatrust'
import type { Address, DatatrustId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { findDatatrust } from '../datatrust/find-datatrust.js'

export interface EnrolDatatrustParams {
  /** Of the operator. */
  client: Client
  identity: PublicIdentity
  /** Of the bond. */
  asset: Address
  url: string
  /** At least; units of the asset's decimals. */
  bond: bigint
}

/** Registers a datatrust and bonds it, as far as the chain does not know it yet. */
export async function enrolDatatrust(params: EnrolDatatrustParams): Promise<DatatrustId> {
  const { client, identity, asset, url, bond } = params
  const registration = { ...identity, payout: client.account!, url }
  const known = await findDatatrust(client, identity.signer)
  if (known === undefined) {
    const { datatrust } = await client.datatrusts.register({ ...registration, asset })
    await client.datatrusts.bond({ datatrust, amount: bond, payment: 'permit' })
    return datatrust
  }
  const { datatrust } = known
  if (known.url !== url) await client.datatrusts.update({ datatrust, ...registration })
  if (known.bond < bond) {
    await client.datatrusts.bond({ datatrust, amount: bond - known.bond, payment: 'permit' })
  }
  return datatrust
}
