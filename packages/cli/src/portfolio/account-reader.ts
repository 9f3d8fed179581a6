import type { Address } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseAddress } from '../arguments.js'
import type { Io } from '../io.js'
import { openReader, openSession, type Reader } from '../session.js'

/** Reads for the account that is named, or for that of the key that acts. */
export async function openAccountReader(
  io: Io,
  command: Command,
  options: { account?: string },
): Promise<Reader & { account: Address }> {
  if (options.account === undefined) return openSession(io, command)
  const account = parseAddress('--account', options.account)
  return { ...(await openReader(io, command)), account }
}
