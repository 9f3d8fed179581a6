import { createCipheriv } from 'node:crypto'
import { BLIND_BYTES } from '../cell.js'

const BLOCKS_PER_BLIND = 2n

/** The blinds of `count` cells from cell `firstCell` on, packed: those of `blindsOf`, at once. */
export function deriveBlinds(secret: Uint8Array, firstCell: number, count: number): Uint8Array {
  const counter = Buffer.alloc(16)
  counter.writeBigUInt64BE(BigInt(firstCell) * BLOCKS_PER_BLIND, 8)
  return createCipheriv('aes-256-ctr', secret, counter).update(new Uint8Array(count * BLIND_BYTES))
}
