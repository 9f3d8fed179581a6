/**
 * Writes `source` to `target` from byte `at` on. Between memory that threads share and other memory, `set` goes byte by byte
 * unless both happen to be aligned alike, fifteen times slower than what this takes; `copy` does the same with the whole of a
 * source, but not with parts of it.
 */
export function copyBytes(source: Uint8Array, target: Uint8Array, at: number): void {
  const half = source.length >> 1
  Buffer.prototype.copy.call(source, target, at, 0, half)
  Buffer.prototype.copy.call(source, target, at + half, half, source.length)
}

/** The same from byte `start` to before `end` of `source`, a part of it: without a view of that part, which costs as much as a small copy. */
export function copyPart(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  Buffer.prototype.copy.call(source, target, at, start, end)
}
