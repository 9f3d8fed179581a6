import { type Address, addressSchema, bytes32Schema, type ListingId } from '@gristmill/protocol'
import { z } from 'zod'
import { operate } from '../admin/operate.js'
import type { ConfigParams } from '../config/config.js'
import { now } from '../now.js'
import type { AuditFormat } from './audit-format.js'
import { type AuditSummary, auditRequestSchema, writeAudit } from './write-audit.js'

const pieceSchema = z.object({ text: z.string() })
const summarySchema = z.object({ rows: z.int().min(0), head: bytes32Schema, signer: addressSchema })

/** What `exportAudit` takes beside the configuration with which the datatrust is started. */
export interface ExportAuditOptions {
  format: AuditFormat
  /** Gets the file piece by piece; the next one is made when it resolves. */
  write: (text: string) => Promise<void>
  /** Unix seconds, included; default: from the beginning. */
  since?: number
  /** Unix seconds, excluded; default: now. */
  until?: number
  listing?: ListingId
  /** As buyer, maker, or whoever asked. */
  account?: Address
}

/**
 * Writes who ordered, ran and got what of a datatrust, and when, running or not; the columns are in the README. What is
 * written is checked with `verifyAudit`.
 *
 * @example
 * await exportAudit(config, { format: 'csv', write: (text) => file.appendFile(text) })
 */
export async function exportAudit(
  params: ConfigParams,
  { write, until = now(), ...rest }: ExportAuditOptions,
): Promise<AuditSummary> {
  const request = auditRequestSchema.parse({ until, ...rest })
  return operate<z.output<typeof pieceSchema>, AuditSummary>(params, {
    request: { audit: request },
    word: pieceSchema,
    done: summarySchema,
    onWord: ({ text }) => write(text),
    here: ({ config, secrets, db }) => writeAudit({ db, config, signer: secrets.signer, request, write }),
  })
}
