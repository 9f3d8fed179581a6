import { type Address, addressSchema, bytes32Schema, canonicalJson, type Hex } from '@gristmill/protocol'
import { z } from 'zod'
import { findCursor } from '../chain/cursor.js'
import type { Config } from '../config/config.js'
import type { Database } from '../db/open-database.js'
import type { Signer } from '../keys/signer.js'
import { AUDIT_FORMATS, LINE_FORMATS } from './audit-format.js'
import { type AuditRow, isoInstant } from './audit-row.js'
import { readAuditRows } from './audit-rows.js'
import { type AuditStatement, lineHash, NO_ROW } from './audit-statement.js'

const instant = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** What an audit is asked for. */
export const auditRequestSchema = z.strictObject({
  format: z.enum(AUDIT_FORMATS),
  /** Unix seconds, included. */
  since: instant.optional(),
  /** Unix seconds, excluded. */
  until: instant,
  listing: bytes32Schema.optional(),
  account: addressSchema.optional(),
})
export type AuditRequest = z.output<typeof auditRequestSchema>

export interface WriteAuditParams {
  db: Database
  config: Pick<Config, 'chain' | 'datatrust'>
  signer: Signer
  request: AuditRequest
  /** Gets the file, a page at a time; the next page is read when it resolves. */
  write: (text: string) => Promise<void>
  signal?: AbortSignal | undefined
}

/** What an audit came to. */
export interface AuditSummary {
  /** Without the last line. */
  rows: number
  /** sha256 of the last row's line; zero if there is none. */
  head: Hex
  signer: Address
}

/**
 * Writes who ordered and got what, and when: a line each, which carries the hash of the line before, and in the end one that
 * is signed. Every page is as of the moment at which it is read.
 */
export async function writeAudit(params: WriteAuditParams): Promise<AuditSummary> {
  const { db, config, signer, request, write, signal } = params
  const { format, since, until, listing, account } = request
  const { header, lineEnd, line: lineOf } = LINE_FORMATS[format]
  const toBlock = (await findCursor(db))?.number ?? null
  let rows = 0
  let head = NO_ROW
  const lineAfter = (row: AuditRow): string => {
    const line = lineOf({ ...row, previous: head })
    head = lineHash(line)
    return `${line}${lineEnd}`
  }
  if (header !== undefined) await write(`${header}${lineEnd}`)
  for await (const page of readAuditRows(db, { since: since ?? 0, until, listing, account })) {
    signal?.throwIfAborted()
    rows += page.length
    await write(page.map(lineAfter).join(''))
  }
  const statement: AuditStatement = {
    statement: 'gristmill datatrust audit',
    version: 1,
    format,
    chainId: config.chain.chainId.toString(),
    orders: config.chain.deployment.orders,
    datatrust: config.datatrust,
    signer: signer.address as Address,
    since: since === undefined ? null : isoInstant(since),
    until: isoInstant(until),
    listing: listing ?? null,
    account: account ?? null,
    toBlock,
    rows,
    head,
  }
  const details = canonicalJson(statement)
  const signature = await signer.signMessage(details)
  const summary: AuditSummary = { rows, head, signer: statement.signer }
  await write(lineAfter({ type: 'end', at: statement.until, details, signature }))
  return summary
}
