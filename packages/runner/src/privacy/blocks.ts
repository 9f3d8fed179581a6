import { createDraw } from '../run/draw.js'

/**
 * Deals rows into `blocks` parts of almost equal size, each ascending, by a secret key. Which row is where follows from the
 * number of rows alone, so what one row says reaches one block.
 */
export function splitBlocks(rows: Uint32Array, blocks: number, key: Uint8Array): Uint32Array[] {
  const order = rows.slice()
  const draw = createDraw(key)
  for (let index = 0; index < order.length; index++) {
    const other = index + draw(order.length - index)
    const row = order[index]!
    order[index] = order[other]!
    order[other] = row
  }
  return Array.from({ length: blocks }, (_, block) =>
    Uint32Array.from(
      { length: Math.ceil((order.length - block) / blocks) },
      (_row, index) => order[block + index * blocks]!,
    ).sort(),
  )
}
