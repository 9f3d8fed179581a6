import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { type ReceiptOptions, readReceipt } from './read-receipt.js'
import { receiptFields } from './receipt-text.js'

/** Shows what a run did and how, as its datatrust answers for it. */
export async function showReceipt(io: Io, command: Command, id: string, options: ReceiptOptions): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  const { verified } = await readReceipt(io, command, orderId, options)
  const { receipt, receiptSignature, provenance, metrics, signer, isOnChain } = verified
  const told = { orderId, receipt, receiptSignature, provenance, ...(metrics === undefined ? {} : { metrics }) }
  const lines = fields({
    ...receiptFields(orderId, verified),
    ...Object.fromEntries((metrics ?? []).map(({ name, micros }) => [name, (micros / 1e6).toFixed(4)])),
    chain: isOnChain ? 'holds this receipt' : 'holds nothing of the run yet',
  })
  printResult(io, command, { ...told, signer, isOnChain }, lines)
}
