import type { BlobStore } from '@gristmill/storage'

/** A store that can be told to delete nothing for a while. */
export interface HeldBlobs extends BlobStore {
  /**
   * From now on what is deleted stays until the last holder disposes. Should the process die first, nobody refers to it
   * any more, and the next start sweeps it.
   */
  hold(): AsyncDisposable
}

export function holdDeletes(blobs: BlobStore): HeldBlobs {
  const waiting = new Set<string>()
  let holders = 0
  const release = async (): Promise<void> => {
    holders -= 1
    if (holders > 0) return
    const keys = [...waiting]
    waiting.clear()
    for (const key of keys) await blobs.delete(key)
  }
  return {
    put: (key, source, params) => blobs.put(key, source, params),
    open: (key, range) => blobs.open(key, range),
    stat: (key) => blobs.stat(key),
    list: (prefix, params) => blobs.list(prefix, params),
    delete: async (key) => {
      if (holders > 0) waiting.add(key)
      else await blobs.delete(key)
    },
    clearAbandoned: (startedBefore) => blobs.clearAbandoned(startedBefore),
    close: () => blobs.close(),
    [Symbol.asyncDispose]: () => blobs.close(),
    hold: () => {
      holders += 1
      return { [Symbol.asyncDispose]: release }
    },
  }
}
