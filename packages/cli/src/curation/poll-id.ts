import type { PollId } from '@gristmill/sdk'
import { ArgumentError } from '../argument-errors.js'

/** The number of a poll. */
export function parsePollId(text: string): PollId {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new ArgumentError('poll', `${text} is no number of a poll: gristmill polls shows them.`)
}
