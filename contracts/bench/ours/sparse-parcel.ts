import { hexlify, keccak256 } from 'ethers'
import { leafHash, nodeHash, type Sealed, sha256, splitOf } from '../../test/trade/delivery.ts'
import type { Delivery } from '../../test/trade/terms.ts'

const CELL_BYTES = 4096
const CONTENT_BYTES = 4064

const hashOf = (name: string): Buffer => sha256(Buffer.from(name))

/** An asset of any size of which one cell is known, which is wrong; of the rest only what its proofs need. */
export class SparseParcel implements Sealed {
  readonly key = hexlify(hashOf('sparse key'))
  readonly keyHash = keccak256(this.key)
  readonly sizeBytes: bigint
  readonly contentRoot: string
  readonly cipherRoot: string
  private readonly cell: number
  private readonly cipherCell = Buffer.concat(
    Array.from({ length: CELL_BYTES / 32 }, (_, i) => hashOf(`sparse cell ${i}`)),
  )
  private readonly plainLeaf = hashOf('sparse leaf')
  private readonly plainProof: readonly Buffer[]
  private readonly cipherProof: readonly Buffer[]

  constructor(sizeBytes: number) {
    const cellCount = Math.ceil(sizeBytes / CONTENT_BYTES)
    this.sizeBytes = BigInt(sizeBytes)
    this.cell = Math.floor(cellCount / 3)
    const sides = sidesOf(cellCount, this.cell)
    this.plainProof = sides.map((_, level) => hashOf(`plain ${level}`))
    this.cipherProof = sides.map((_, level) => hashOf(`cipher ${level}`))
    this.contentRoot = hexlify(climb(this.plainLeaf, sides, this.plainProof))
    this.cipherRoot = hexlify(climb(leafHash(this.cipherCell), sides, this.cipherProof))
  }

  delivery(receiptHash: string): Delivery {
    const { contentRoot, sizeBytes, cipherRoot, key } = this
    return { contentRoot, sizeBytes, cipherRoot, key, receiptHash }
  }

  evidence() {
    return {
      cell: BigInt(this.cell),
      cipherCell: hexlify(this.cipherCell),
      cipherProof: this.cipherProof.map((hash) => hexlify(hash)),
      plainLeaf: hexlify(this.plainLeaf),
      plainProof: this.plainProof.map((hash) => hexlify(hash)),
    }
  }
}

/** Of RFC 9162, 2.1.3.1: on which side the sibling is at each level, from the leaf up. */
function sidesOf(cellCount: number, cell: number): ('left' | 'right')[] {
  if (cellCount === 1) return []
  const k = splitOf(cellCount)
  return cell < k ? [...sidesOf(k, cell), 'right'] : [...sidesOf(cellCount - k, cell - k), 'left']
}

function climb(leaf: Buffer, sides: readonly ('left' | 'right')[], proof: readonly Buffer[]): Buffer {
  return sides.reduce((node, side, level) => {
    const sibling = proof[level] as Buffer
    return side === 'left' ? nodeHash(sibling, node) : nodeHash(node, sibling)
  }, leaf)
}
