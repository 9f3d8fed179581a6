import { createHmac } from 'node:crypto'

/** Uniform integers below a limit of at most 2^32: the output of HMAC-SHA256 in counter mode, without modulo bias. */
export function createDraw(key: Uint8Array): (limit: number) => number {
  let counter = 0
  let block = new DataView(new ArrayBuffer(0))
  let offset = 0
  const next = () => {
    if (offset === block.byteLength) {
      const message = new DataView(new ArrayBuffer(8))
      message.setBigUint64(0, BigInt(counter++))
      const bytes = createHmac('sha256', key).update(new Uint8Array(message.buffer)).digest()
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      offset = 0
    }
    offset += 4
    return block.getUint32(offset - 4)
  }
  return (limit) => {
    const bound = Math.floor(2 ** 32 / limit) * limit
    let value = next()
    while (value >= bound) value = next()
    return value % limit
  }
}
