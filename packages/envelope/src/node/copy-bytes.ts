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
