import type { RejectReason } from '@gristmill/protocol'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { openSession } from '../session.js'

/** What a maker or a reviewer decides about a run. */
export interface Decision {
  approved: boolean
  because?: RejectReason
}

export async function decide(io: Io, command: Command, id: string, decision: Decision): Promise<void> {
  const orderId = parseId('order', id)
  await using session = await openSession(io, command)
  const { listings } = session.client
  const pending = (await listings.approvals()).find((approval) => approval.orderId === orderId)
  if (pending === undefined) {
    throw new ArgumentError(
      'order',
      `${orderId} does not wait for your decision: gristmill airlock list lists what does.`,
    )
  }
  const { approved, because } = decision
  const number = pending.approvedBy.length + 1
  await session.confirm({
    title: approved ? 'Let the model of this run leave' : 'Keep the model of this run from leaving',
    facts: {
      order: orderId,
      sponsor: pending.sponsor,
      model: `${pending.releasedBytes} bytes, ${pending.releasedHash}`,
      because,
      approvals: approved ? `this is number ${number} of ${pending.approvalsNeeded} needed` : undefined,
      leaves:
        approved && number < pending.approvalsNeeded
          ? 'nothing yet'
          : approved
            ? `at most ${pending.rowsAtMost} rows (${pending.leakBits} bits)`
            : 'nothing',
    },
    signatures: ['Approval'],
    transactions: [],
    irreversible: approved ? 'What has left cannot be taken back.' : 'A rejected run cannot be approved later.',
  })
  const document = await listings.decide({ orderId, releasedHash: pending.releasedHash, ...decision })
  printResult(
    io,
    command,
    document,
    fields({ order: orderId, decision: approved ? 'approved' : 'rejected', because, state: document.state }),
  )
}
