import type { PendingApproval } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { ArgumentError } from '../cli-errors.js'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { openSession } from '../session.js'

/** `approvals`, `approve`, `reject`. */
export function addApprovalCommands(program: Command, io: Io): void {
  program
    .command('approvals')
    .description('runs on your data that wait for your decision')
    .action(async (_options: unknown, command: Command) => {
      await using session = await openSession(io, command)
      const approvals = await session.client.listings.approvals()
      if (approvals.length === 0) note(io, 'Nothing waits for your decision.')
      printResult(io, command, { approvals }, approvals.flatMap((approval) => [...describe(approval), '']).slice(0, -1))
    })
  addDecision(program, io, { name: 'approve', description: 'let the model of a run leave', approved: true })
  addDecision(program, io, { name: 'reject', description: 'keep the model of a run from leaving', approved: false })
}

interface Decision {
  name: string
  description: string
  approved: boolean
}

function addDecision(program: Command, io: Io, { name, description, approved }: Decision): void {
  program
    .command(name)
    .description(description)
    .argument('<order>')
    .action(async (id: string, _options: unknown, command: Command) => {
      await using session = await openSession(io, command)
      const { listings } = session.client
      const orderId = parseId('order', id)
      const pending = (await listings.approvals()).find((approval) => approval.orderId === orderId)
      if (pending === undefined) {
        throw new ArgumentError(
          'order',
          `${orderId} does not wait for your decision: gristmill approvals lists what does.`,
        )
      }
      const document = await listings.decide({ orderId, releasedHash: pending.releasedHash, approved })
      printResult(io, command, document, fields({ order: orderId, decision: name, state: document.state }))
    })
}

function describe(approval: PendingApproval): string[] {
  const metrics = approval.metrics.map(({ name, micros }) => [name, (micros / 1_000_000).toFixed(4)])
  return fields({
    order: approval.orderId,
    listing: approval.listing,
    sponsor: approval.sponsor,
    algorithm: approval.algorithm,
    verdict: approval.verdict,
    model: `${approval.releasedBytes} bytes, ${approval.releasedHash}`,
    leaves: `at most ${approval.rowsAtMost} rows (${approval.leakBits} bits)`,
    ...Object.fromEntries(metrics),
  })
}
