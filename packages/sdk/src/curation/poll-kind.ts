/** What a poll is about. Position = number on chain. */
export const POLL_KINDS = ['challenge', 'config', 'admission', 'dispute'] as const
/** One of `POLL_KINDS`. */
export type PollKind = (typeof POLL_KINDS)[number]

/** State of a poll; everything but `open` is final. Position = number on chain. */
export const POLL_STATUSES = ['open', 'passed', 'rejected', 'no-quorum', 'lapsed'] as const
/** One of `POLL_STATUSES`. */
export type PollStatus = (typeof POLL_STATUSES)[number]

/** 1, 2, 3, ... in the order in which polls were opened. */
export type PollId = number
