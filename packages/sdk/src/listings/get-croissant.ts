import { type Croissant, croissantOf } from '@gristmill/protocol'
import { type Connection, requireDatatrust } from '../connection.js'
import { getListing } from './get-listing.js'
import type { GetListingParams } from './listing-record.js'

/**
 * The description of a listing as Croissant 1.1 (JSON-LD), made of what the chain commits to: the datatrust cannot add to it or
 * leave anything out.
 */
export async function getCroissant(connection: Connection, { listing }: GetListingParams): Promise<Croissant> {
  const { document } = await getListing(connection, { listing })
  const url = `${requireDatatrust(connection).url}/v1/listings/${listing}`
  return croissantOf({ listing, metadata: document.metadata, url })
}
