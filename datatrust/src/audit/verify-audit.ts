import { createReadStream } from 'node:fs'
import { type Address, canonicalJson } from '@gristmill/protocol'
import { verifyMessage } from 'ethers'
import { AuditBrokenError } from './audit-errors.js'
import { type AuditFormat, LINE_FORMATS } from './audit-format.js'
import { type AuditStatement, auditStatementSchema, lineHash, NO_ROW } from './audit-statement.js'

/** More than any line has. */
const LINE_BYTES_MAX = 1_048_576

/** What `verifyAudit` takes. */
export interface VerifyAuditParams {
  /** As `exportAudit` wrote it, to the byte. */
  file: string
  /** Whose signature it must be: of the datatrust's signing key, as the chain knew it. Default: whoever signed is told. */
  signer?: Address | undefined
}

/**
 * Checks an audit line by line, in memory that does not grow with it. Throws `AuditBrokenError` at the first line that is not
 * what was written, and for a file without its end.
 */
export async function verifyAudit({ file, signer }: VerifyAuditParams): Promise<AuditStatement> {
  let format: AuditFormat | undefined
  let number = 0
  let rows = 0
  let head = NO_ROW
  let statement: AuditStatement | undefined
  for await (const line of linesOf(file)) {
    number += 1
    if (statement !== undefined) throw new AuditBrokenError(number, 'it comes after the end')
    if (format === undefined) {
      format = line.startsWith('{') ? 'jsonl' : 'csv'
      const { header, lineEnd } = LINE_FORMATS[format]
      if (header !== undefined && `${header}${lineEnd}` !== `${line}\n`) {
        throw new AuditBrokenError(number, 'it is not the line of columns')
      }
      if (header !== undefined) continue
    }
    const { parse, lineEnd } = LINE_FORMATS[format]
    if (!`${line}\n`.endsWith(lineEnd)) throw new AuditBrokenError(number, 'it does not end as written')
    const text = `${line}\n`.slice(0, -lineEnd.length)
    const row = parse(text)
    if (row === undefined) throw new AuditBrokenError(number, 'it is no row')
    if (row.previous !== head) {
      throw new AuditBrokenError(number, 'the line before it was changed, or lines are missing, added or moved')
    }
    if (row.type === 'end') statement = requireSigned(number, row, { format, rows, head, signer })
    else rows += 1
    head = lineHash(text)
  }
  if (statement === undefined) throw new AuditBrokenError(number + 1, 'the file ends without its signed line')
  return statement
}

interface Found {
  format: AuditFormat
  rows: number
  head: string
  signer: Address | undefined
}

function requireSigned(line: number, row: Readonly<Record<string, string>>, found: Found): AuditStatement {
  const { details = '', signature = '' } = row
  const statement = readStatement(line, details)
  const { format, rows, head, signer } = found
  if (statement.format !== format) throw new AuditBrokenError(line, 'it is signed for the other format')
  if (statement.rows !== rows)
    throw new AuditBrokenError(line, `it counts ${statement.rows} rows, and there are ${rows}`)
  if (statement.head !== head) throw new AuditBrokenError(line, 'it is signed for other rows')
  if (signerOf(details, signature) !== statement.signer) throw new AuditBrokenError(line, 'its signature does not hold')
  if (signer !== undefined && signer !== statement.signer) {
    throw new AuditBrokenError(line, `it is signed by ${statement.signer}, not by ${signer}`)
  }
  return statement
}

function readStatement(line: number, details: string): AuditStatement {
  try {
    const statement = auditStatementSchema.parse(JSON.parse(details))
    if (canonicalJson(statement) === details) return statement
  } catch {
    // Not one of ours.
  }
  throw new AuditBrokenError(line, 'it does not say what was signed')
}

function signerOf(text: string, signature: string): string | undefined {
  try {
    return verifyMessage(text, signature)
  } catch {
    return undefined
  }
}

/** Lines without their LF; what follows the last one is a line, too. */
async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  let rest = Buffer.alloc(0)
  let number = 1
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      yield textOf(number, bytes.subarray(start, end))
      number += 1
      start = end + 1
    }
    rest = Buffer.from(bytes.subarray(start))
    if (rest.length > LINE_BYTES_MAX) throw new AuditBrokenError(number, `it has more than ${LINE_BYTES_MAX} bytes`)
  }
  if (rest.length > 0) throw new AuditBrokenError(number, 'it was cut off')
}

/** Bytes that are no UTF-8 would be hashed as others. */
function textOf(line: number, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new AuditBrokenError(line, 'it is not UTF-8')
  }
}
