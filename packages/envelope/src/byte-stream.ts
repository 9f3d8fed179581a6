/** Bytes that arrive in chunks: a Node `Readable`, a web stream, a generator. */
export type ByteSource = AsyncIterable<Uint8Array>

/** A web stream that pulls from `source` only what its reader asks for, and closes it when the reader gives up. */
export function toWebStream(source: ByteSource): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** The chunks of a web stream, which not every browser lets one iterate; leaving the loop early cancels it. */
export async function* fromWebStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader()
  let ended = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (value.length > 0) yield value
    }
    ended = true
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined)
  }
}

/** Several sources, one after the other. */
export async function* concatSources(
  ...sources: (ByteSource | Uint8Array)[]
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const source of sources) {
    if (source instanceof Uint8Array) yield source
    else yield* source
  }
}

/** Reads at least `headBytes` of `source`, if it has as many, and gives them with a source that still starts there. */
export async function peekSource(
  source: ByteSource,
  headBytes: number,
): Promise<{ head: Uint8Array; source: AsyncGenerator<Uint8Array, void, undefined> }> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let peekedBytes = 0
  while (peekedBytes < headBytes) {
    const next = await iterator.next()
    if (next.done === true) break
    chunks.push(next.value)
    peekedBytes += next.value.length
  }
  return { head: joinChunks(chunks).subarray(0, headBytes), source: replay(chunks, iterator) }
}

async function* replay(
  chunks: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks
    yield* { [Symbol.asyncIterator]: () => iterator }
  } finally {
    await iterator.return?.()
  }
}

/** All bytes of `source`, which its caller has bounded. */
export async function readAll(source: ByteSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return joinChunks(chunks)
}

function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.length
  }
  return joined
}
