import type { Hex, Receipt } from '@gristmill/protocol'
import { id } from 'ethers'
import { describe, expect, it } from 'vitest'
import { requireOneRun } from './require-one-run.js'

const bytes32 = (text: string) => id(text) as Hex
const receiptOf = (order: string, changes: Partial<Receipt> = {}): Receipt => ({
  orderId: bytes32(order),
  goodsHash: bytes32(`goods of ${order}`),
  rawOutputHash: bytes32('raw output'),
  releasedHash: bytes32('model'),
  releasedRoot: bytes32(`cells of ${order}`),
  provenanceHash: bytes32(`provenance of ${order}`),
  releasedBytes: 100n,
  leakBits: 48n,
  fuel: 1_000n,
  verdict: 'OK',
  ...changes,
})

describe('the receipts of a joint run', () => {
  it('differ in what is an order’s own', () => {
    const algorithm = receiptOf('algorithm', { leakBits: 0n })
    expect(() => requireOneRun([receiptOf('north'), receiptOf('south'), algorithm])).not.toThrow()
  })

  it.each<[string, Partial<Receipt>]>([
    ['rawOutputHash', { rawOutputHash: bytes32('of fewer tables') }],
    ['releasedHash', { releasedHash: bytes32('another model') }],
    ['releasedBytes', { releasedBytes: 101n }],
    ['fuel', { fuel: 1_001n }],
    ['verdict', { verdict: 'CHECK' }],
  ])('tell of one run: another %s is refused by that name', (field, changes) => {
    const receipts = [receiptOf('north'), receiptOf('south', changes)]
    expect(() => requireOneRun(receipts)).toThrow(
      expect.objectContaining({
        code: 'RECEIPT_MISMATCH',
        field,
        details: expect.objectContaining({ orderId: bytes32('south') }),
      }),
    )
  })
})
