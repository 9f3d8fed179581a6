import { resolve } from 'node:path'
import { type OrderId, orderDocumentSchema } from '@gristmill/protocol'
import type { ToldReceipt, VerifiedReceipt } from '@gristmill/sdk'
import type { Command } from 'commander'
import { FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { readBounded } from '../read-bounded.js'
import { openReader, openSession } from '../session.js'

/** Largest receipt that is read, with its statement. */
const RECEIPT_BYTES_MAX = 1_048_576

const toldSchema = orderDocumentSchema
  .pick({ receipt: true, receiptSignature: true, provenance: true, metrics: true })
  .required({ receipt: true, receiptSignature: true, provenance: true })
  .strip()

export interface ReceiptOptions {
  receipt?: string
}

/** A receipt, and where it is from. */
export interface FoundReceipt {
  verified: VerifiedReceipt
  chainId: bigint
  orders: `0x${string}`
}

/** The receipt of an order, verified: from a file, which needs no key, or from the datatrust, which asks who asks. */
export async function readReceipt(
  io: Io,
  command: Command,
  orderId: OrderId,
  { receipt: file }: ReceiptOptions,
): Promise<FoundReceipt> {
  const told = file === undefined ? undefined : await readTold(resolve(io.cwd, file))
  await using reader = told === undefined ? await openSession(io, command) : await openReader(io, command)
  const { client } = reader
  const verified = await client.orders.receipt({ orderId, told })
  const { chainId, orders } = client.deployment
  return { verified, chainId: BigInt(chainId), orders }
}

/** The receipt in a file, unverified. */
export async function readTold(file: string): Promise<ToldReceipt> {
  const text = Buffer.from(await readBounded(file, RECEIPT_BYTES_MAX)).toString('utf8')
  try {
    return toldSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new FileError(file, 'holds no receipt: write one with gristmill receipt show ORDER --json.', error)
  }
}
