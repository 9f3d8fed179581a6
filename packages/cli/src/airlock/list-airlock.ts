import type { Command } from 'commander'
import type { Io } from '../io.js'
import { note, printResult } from '../output.js'
import { openSession } from '../session.js'
import { describeApproval } from './describe-approval.js'

export async function listAirlock(io: Io, command: Command): Promise<void> {
  await using session = await openSession(io, command)
  const approvals = await session.client.listings.approvals()
  if (approvals.length === 0) note(io, 'Nothing waits for your decision.')
  const lines = approvals.flatMap((approval) => [...describeApproval(approval), '']).slice(0, -1)
  printResult(io, command, { approvals }, lines)
}
