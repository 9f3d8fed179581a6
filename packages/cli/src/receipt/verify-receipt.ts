import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { canonicalJson, type OrderId, type Reexecution, receiptHash } from '@gristmill/protocol'
import type { VerifiedReceipt } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { requireFree } from '../order/write-asset.js'
import { fields, printResult } from '../output.js'
import { type ReceiptOptions, readReceipt } from './read-receipt.js'
import { NotReproducedError } from './receipt-errors.js'
import { signerText } from './receipt-text.js'
import { type Evidence, reexecute } from './reexecute.js'

export interface VerifyReceiptOptions extends ReceiptOptions {
  data?: string[]
  algorithm?: string
  opening?: string
  report?: string
}

/** Checks a receipt against all that is public, and with data, algorithm and opening by repeating the run. */
export async function verifyReceipt(
  io: Io,
  command: Command,
  id: string,
  options: VerifyReceiptOptions,
): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  const evidence = evidenceOf(options)
  const report = options.report === undefined ? undefined : resolve(io.cwd, options.report)
  if (report !== undefined) requireFree(report)
  const found = await readReceipt(io, command, orderId, options)
  const { verified } = found
  const reexecution = evidence === undefined ? undefined : await reexecute(io, { orderId, ...found, evidence })
  if (report !== undefined && reexecution !== undefined) await write(report, reexecution)
  const { checked, unchecked } = wordsOf(verified, reexecution)
  const { signer, answersUntil } = verified
  const result = {
    orderId,
    receiptHash: receiptHash(verified.receipt),
    signer,
    answersUntil,
    checked,
    unchecked,
    reexecution,
    report,
  }
  const repeated = reexecution?.checks.map(
    ({ what, stated, found: here, isMet }) => `${what}: ${isMet ? here : `${here}, the receipt says ${stated}`}`,
  )
  const lines = fields({
    order: orderId,
    receipt: result.receiptHash,
    verdict: verified.receipt.verdict,
    checked: Object.values(checked),
    repeated,
    'not checked': Object.values(unchecked),
    report,
  })
  printResult(io, command, result, lines)
  if (reexecution?.isReproduced === false) throw new NotReproducedError(orderId, reexecution)
}

/** What the run is repeated with; all of it or nothing. */
function evidenceOf({ data, algorithm, opening, report }: VerifyReceiptOptions): Evidence | undefined {
  if (data !== undefined && algorithm !== undefined && opening !== undefined) return { data, algorithm, opening }
  const isPart = [data, algorithm, opening, report].some((one) => one !== undefined)
  if (isPart)
    throw new ArgumentError('--data', 'goes with --algorithm and --opening: a run is repeated with all three.')
  return undefined
}

async function write(file: string, reexecution: Reexecution): Promise<void> {
  try {
    await writeFile(file, `${canonicalJson(reexecution)}\n`, { flag: 'wx' })
  } catch (error) {
    throw new FileError(file, 'cannot be written: check path and permissions.', error)
  }
}

function wordsOf(verified: VerifiedReceipt, reexecution: Reexecution | undefined) {
  const { deal, signer, answersUntil, isOnChain, receipt } = verified
  const chain = isOnChain ? { chain: 'chain: holds this receipt and no other' } : {}
  const checked = {
    signature: `signature: by ${answersUntil === undefined ? `${signer}, which the chain names for datatrust ${deal.datatrust}` : signerText(verified)}`,
    order: 'order: content, algorithm, parameters, runtime and policy are those that were paid for',
    provenance: 'provenance: hashes to what the receipt names, every field fits order, listing and receipt',
    charge: 'charge: what the policy says a run costs',
    ...chain,
    ...(reexecution === undefined ? {} : { evidence: 'evidence: data, algorithm and opening are those of the run' }),
  }
  const unchecked = {
    ...(isOnChain ? {} : { chain: 'chain: holds nothing of the run yet; another receipt may come' }),
    ...(reexecution === undefined
      ? { computation: 'computation: add --data, --algorithm and --opening to repeat the run' }
      : {}),
    ...(receipt.verdict === 'REVIEW' ? { review: 'review: that it was the maker who kept the model back' } : {}),
    ledger: "ledger: position and head; the datatrust's own ledger shows them",
    metrics: "metrics: the datatrust's word, in no receipt",
  }
  return { checked, unchecked }
}
