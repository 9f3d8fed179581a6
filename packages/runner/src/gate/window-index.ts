import { randomInt } from 'node:crypto'

/** Windows of texts, to be found again in other texts in one pass over those. */
export interface WindowIndex {
  /** Takes in the windows that begin at a multiple of `stride` bytes. */
  add(text: Uint8Array, stride: number): void
  /** At how many places of a text one of the windows stands. */
  countIn(text: Uint8Array): number
}

/** Empty slot of the table. */
const NONE = 0xffff_ffff

/**
 * Index of windows of `size` bytes by a rolling hash (Karp and Rabin, 1987): a polynomial modulo 2^32 at a point drawn anew
 * each time, so that nobody can prepare texts whose hashes collide. What hashes alike is compared byte by byte.
 */
export function createWindowIndex(size: number): WindowIndex {
  // Odd, and 1 modulo 4 like the multipliers of linear congruential generators, so that no power of it is small.
  const base = (4 * randomInt(2 ** 28, 2 ** 30) + 1) | 0
  const texts: Uint8Array[] = []
  let slots = new Uint32Array(1024).fill(NONE)
  let owners = new Uint32Array(1024)
  let hashes = new Int32Array(1024)
  let used = 0
  const top = power(base, size)

  /** Slot of a window, or the empty one where it belongs. */
  const find = (hash: number, text: Uint8Array, at: number): number => {
    const mask = slots.length - 1
    let slot = mix(hash) & mask
    for (; slots[slot] !== NONE; slot = (slot + 1) & mask) {
      if (hashes[slot] === hash && equals(texts[owners[slot]!]!, slots[slot]!, text, at, size)) return slot
    }
    return slot
  }

  const grow = () => {
    const [oldSlots, oldOwners, oldHashes] = [slots, owners, hashes]
    slots = new Uint32Array(2 * oldSlots.length).fill(NONE)
    owners = new Uint32Array(slots.length)
    hashes = new Int32Array(slots.length)
    const mask = slots.length - 1
    for (const [index, at] of oldSlots.entries()) {
      if (at === NONE) continue
      let slot = mix(oldHashes[index]!) & mask
      while (slots[slot] !== NONE) slot = (slot + 1) & mask
      slots[slot] = at
      owners[slot] = oldOwners[index]!
      hashes[slot] = oldHashes[index]!
    }
  }

  return {
    add(text, stride) {
      const owner = texts.push(text) - 1
      roll(text, size, base, top, (hash, at) => {
        if (at % stride !== 0) return
        if (2 * used > slots.length) grow()
        const slot = find(hash, text, at)
        if (slots[slot] !== NONE) return
        slots[slot] = at
        owners[slot] = owner
        hashes[slot] = hash
        used++
      })
    },
    countIn(text) {
      let count = 0
      roll(text, size, base, top, (hash, at) => {
        if (slots[find(hash, text, at)] !== NONE) count++
      })
      return count
    },
  }
}

/** Visits every window of a text with its hash. */
function roll(
  text: Uint8Array,
  size: number,
  base: number,
  top: number,
  visit: (hash: number, at: number) => void,
): void {
  let hash = 0
  for (let end = 0; end < text.length; end++) {
    hash = (Math.imul(hash, base) + text[end]! + 1) | 0
    if (end >= size) hash = (hash - Math.imul(top, text[end - size]! + 1)) | 0
    if (end >= size - 1) visit(hash, end - size + 1)
  }
}

function power(base: number, exponent: number): number {
  let result = 1
  for (let index = 0; index < exponent; index++) result = Math.imul(result, base)
  return result
}

/** The low bits of a polynomial hash depend on low bits only; these depend on all. */
function mix(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return half ^ (half >>> 16)
}

function equals(a: Uint8Array, atA: number, b: Uint8Array, atB: number, size: number): boolean {
  for (let index = 0; index < size; index++) if (a[atA + index] !== b[atB + index]) return false
  return true
}
