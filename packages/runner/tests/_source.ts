/** A file's bytes in chunks of `chunkBytes`. */
export async function* source(text: string | Uint8Array, chunkBytes = 7): AsyncGenerator<Uint8Array, void> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes)
}
