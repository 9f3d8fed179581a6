import type { AirlockDocument, OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { note, printResult } from '../output.js'
import { openSession } from '../session.js'
import { describeApproval } from './describe-approval.js'

/** A run on the maker's data, with the log that is for the maker and the reviewers alone. */
export async function showAirlock(io: Io, command: Command, id: string): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  await using session = await openSession(io, command)
  const document = await session.client.listings.approval({ orderId })
  const { state, privateLog } = document
  const lines = describeApproval(document, { state, ...(privateLog === undefined ? {} : logFields(privateLog)) })
  printResult(io, command, document, lines)
  if (state === 'submitted' || state === 'partially-reviewed')
    note(io, `Decide: gristmill airlock approve ${orderId}, or reject it with --because WORD`)
}

type PrivateLog = NonNullable<AirlockDocument['privateLog']>

function logFields({ rows, trainRows, holdoutRows, reason, findings = [], measurements = {}, fuelUsed }: PrivateLog) {
  return {
    rows: `${rows}: ${trainRows} to train on, ${holdoutRows} held back`,
    reason,
    checks: findings.map(({ check, quantity, found, limit, isMet }) => {
      const by = Math.round(Math.abs((found ?? 0) - limit) * 1e6) / 1e6
      return `${check}: ${quantity} ${found ?? 'none'}, limit ${limit}: ${isMet ? 'met' : `missed by ${by}`}`
    }),
    exactly: Object.entries(measurements).map(([name, value]) => `${name} ${value}`),
    fuel: fuelUsed === undefined ? undefined : String(fuelUsed),
  }
}
