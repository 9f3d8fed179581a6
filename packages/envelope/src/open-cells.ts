import { BLIND_BYTES, CELL_BYTES, CELL_CONTENT_BYTES, cellCount } from './cell.js'
import { cipherCells } from './cell-cipher.js'
import { multiples, records } from './cell-stream.js'
import { ContentRangeError } from './content-errors.js'
import type { FindWrongCellParams } from './evidence.js'
import { HASH_BYTES, leafHash } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import { WrongCellError } from './wrong-cell-error.js'

/** What `openCells` takes. */
export type OpenCellsParams = FindWrongCellParams

/**
 * The content of a fair delivery: cells are decrypted, compared with their leaves, and stripped of blind and padding. What
 * has been yielded is what was promised, up to there. Throws `WrongCellError` at the first cell that is not, and
 * `ContentRangeError` if the sources have more or fewer than `sizeBytes` makes.
 */
export async function* openCells(params: OpenCellsParams): AsyncGenerator<Uint8Array, void, undefined> {
  const { key, chacha20, ciphertext, leaves, sizeBytes, sha256 = nobleSha256 } = params
  const count = cellCount(sizeBytes)
  const hashes = records(leaves, HASH_BYTES, 'last leaf length')
  let cell = 0
  try {
    for await (const encrypted of multiples(ciphertext, CELL_BYTES, 'last cell length')) {
      const first = cell
      const cells = cipherCells({ key, firstCell: first, cells: encrypted, chacha20 })
      const content = new Uint8Array((cells.length / CELL_BYTES) * CELL_CONTENT_BYTES)
      for (let offset = 0; offset < cells.length; offset += CELL_BYTES) {
        if (cell === count) throw new ContentRangeError('number of cells', cell + 1, `${count}`)
        const next = await hashes.next()
        if (next.done === true) throw new ContentRangeError('number of leaves', cell, `${count}`)
        const plain = cells.subarray(offset, offset + CELL_BYTES)
        if (!isEqual(leafHash(sha256, plain), next.value)) throw new WrongCellError(cell)
        content.set(plain.subarray(BLIND_BYTES), (cell - first) * CELL_CONTENT_BYTES)
        cell += 1
      }
      yield content.subarray(0, Math.min(content.length, sizeBytes - first * CELL_CONTENT_BYTES))
    }
    if (cell !== count) throw new ContentRangeError('number of cells', cell, `${count}`)
    if ((await hashes.next()).done !== true) throw new ContentRangeError('number of leaves', count + 1, `${count}`)
  } finally {
    await hashes.return()
  }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < HASH_BYTES; i += 1) if (one[i] !== other[i]) return false
  return true
}
