import { type Address, isProtocolError } from '@gristmill/protocol'
import type { Client, Datatrust } from '@gristmill/sdk'

/** The datatrust on chain that has this signer; undefined if none has. */
export async function findDatatrust(client: Client, signer: Address): Promise<Datatrust | undefined> {
  // Numbers are given from 1 without gaps.
  for (let datatrust = 1; ; datatrust++) {
    try {
      const found = await client.datatrusts.get({ datatrust })
      if (found.signer === signer) return found
    } catch (error) {
      if (isProtocolError(error, 'DATATRUSTS_UNKNOWN')) return undefined
      throw error
    }
  }
}
