import type { Connection } from '../connection.js'
import { type FlushListingParams, flushListing } from './flush-listing.js'
import { type GetSignalParams, getSignal } from './get-signal.js'
import { type SignalListingParams, signalListing, withdrawSignal } from './signal-listing.js'
import { type ClaimSignalsParams, claimSignals, type SignalRewardsParams, signalRewards } from './signal-rewards.js'

/** The verbs of signals, bound to a connection. */
export function bindSignals(connection: Connection) {
  return {
    /** Points shares at a listing: they earn from its sales, after a wait, and stay with the account meanwhile. */
    signal: (params: SignalListingParams) => signalListing(connection, params),
    /** Takes a signal back, the newest shares first; always possible, at once and in full. */
    withdraw: (params: SignalListingParams) => withdrawSignal(connection, params),
    /** Pays the curators' part that waits for a listing to its active signals, or to the reserve; anyone may. */
    flush: (params: FlushListingParams) => flushListing(connection, params),
    /** Flushes these listings and credits what the account's signals have earned in the Vault. */
    claim: (params: ClaimSignalsParams) => claimSignals(connection, params),
    /** Every listing on which an account has a signal, or earnings of one. */
    rewards: (params?: SignalRewardsParams) => signalRewards(connection, params),
    /** The signals on a listing, as of one block. */
    of: (params: GetSignalParams) => getSignal(connection, params),
  }
}
