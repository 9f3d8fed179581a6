import type { Connection } from '../connection.js'
import { type ChallengeListingParams, challengeListing } from './challenge-listing.js'
import { type DisputeOfParams, disputeOf } from './dispute-of.js'
import { type DisputeRunParams, disputeRun } from './dispute-run.js'
import { getPoll, type PollParams } from './get-poll.js'
import { type ListPollsParams, listPolls } from './list-polls.js'
import { type ProposeAdmissionParams, type ProposeConfigParams, proposeAdmission, proposeConfig } from './propose.js'
import { resolvePoll } from './resolve-poll.js'
import { type VoteOfParams, type VoteParams, vote, voteOf } from './vote.js'
import { type ClaimVotesParams, claimVotes, type VoterRewardsParams, voterRewards } from './voter-rewards.js'

/** The verbs of curation, bound to a connection. */
export function bindCuration(connection: Connection) {
  return {
    /**
     * Opens a poll on removing a listing, for the market's challenge bond.
     *
     * @example
     * const { poll, closesAt } = await client.curation.challenge({ listing, evidence: 'https://…', payment: 'permit' })
     */
    challenge: (params: ChallengeListingParams) => challengeListing(connection, params),
    /** Opens a poll on new rules for a market whose admin is the Curation contract. */
    proposeConfig: (params: ProposeConfigParams) => proposeConfig(connection, params),
    /** Opens a poll on the admission list of a market whose admin is the Curation contract. */
    proposeAdmission: (params: ProposeAdmissionParams) => proposeAdmission(connection, params),
    /** Contests a run whose deal names the Curation contract as arbiter; its buyer only, within the deal's window. */
    dispute: (params: DisputeRunParams) => disputeRun(connection, params),
    /** The poll on the run of an order; undefined if it was not contested here. */
    disputeOf: (params: DisputeOfParams) => disputeOf(connection, params),
    /** Votes with everything the account has; once, for good. The shares stay until the latest end of the poll. */
    vote: (params: VoteParams) => vote(connection, params),
    /** Ends a poll, of whichever kind; anyone may. */
    resolve: (params: PollParams) => resolvePoll(connection, params),
    /** Credits the account's part of the losers' bonds in the Vault. */
    claim: (params: ClaimVotesParams) => claimVotes(connection, params),
    /** What an account can claim for its votes. */
    rewards: (params?: VoterRewardsParams) => voterRewards(connection, params),
    /** Everything about a poll. */
    poll: (params: PollParams) => getPoll(connection, params),
    /** Where an account stands in a poll. */
    voteOf: (params: VoteOfParams) => voteOf(connection, params),
    /** A page of the polls on the chain, the newest first. */
    polls: (params?: ListPollsParams) => listPolls(connection, params),
  }
}
