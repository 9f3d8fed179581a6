import { open, readFile } from 'node:fs/promises'
import { bytes32Schema, hexSchema, toWire, uintSchema } from '@gristmill/protocol'
import { z } from 'zod'
import type { KeptEvidence } from '../orders/partial-download.js'
import { PartialFileError } from './partial-file-error.js'

const proofSchema = z.array(bytes32Schema).max(64)
const evidenceSchema: z.ZodType<KeptEvidence> = z.strictObject({
  orderId: bytes32Schema,
  delivery: z.strictObject({
    contentRoot: bytes32Schema,
    sizeBytes: uintSchema(64),
    cipherRoot: bytes32Schema,
    key: bytes32Schema,
    receiptHash: bytes32Schema,
  }),
  evidence: z.strictObject({
    cell: uintSchema(64),
    cipherCell: hexSchema,
    cipherProof: proofSchema,
    plainLeaf: bytes32Schema,
    plainProof: proofSchema,
  }),
})

/** Writes evidence durably, with mode 0600. */
export async function writeEvidence(path: string, evidence: KeptEvidence): Promise<void> {
  try {
    const file = await open(path, 'w', 0o600)
    try {
      await file.writeFile(`${toWire(evidence)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new PartialFileError(path, error)
  }
}

/** Evidence that a download kept, for `client.orders.complain`. */
export async function readEvidence(path: string): Promise<KeptEvidence> {
  try {
    return evidenceSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    throw new PartialFileError(path, error)
  }
}
