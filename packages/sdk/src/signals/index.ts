import type { Connection } from '../connection.js'
import { type FlushListingParams, flushListing } from './flush-listing.js'

/** The verbs of signals, bound to a connection. */
export function bindSignals(connection: Connection) {
  return {
    /** Pays the curators' part that waits for a listing to its active signals, or to the reserve; anyone may. */
    flush: (params: FlushListingParams) => flushListing(connection, params),
  }
}
