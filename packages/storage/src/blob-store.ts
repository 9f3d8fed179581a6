/** Bytes by key, written once. Every call checks the key and throws `BadBlobKeyError` for one outside the rules. */
export interface BlobStore {
  /**
   * Stores `source` under `key`; durable and visible as a whole when it resolves, absent when it rejects.
   * The same content under the same key again is a success; other content is a `BlobExistsError`. A chunk of the source is
   * not used any more once the next one is asked for, so the source may write into it again.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, params: PutBlobParams): Promise<PutBlobResult>
  /** Reads a blob, or bytes `start` to before `end` of it. Throws `BlobNotFoundError`, `BlobRangeError`. */
  open(key: string, range?: BlobRange): Promise<BlobReading>
  /** Throws `BlobNotFoundError`. */
  stat(key: string): Promise<BlobStat>
  /** Removes a blob for good; one that is not there is a success. */
  delete(key: string): Promise<void>
  /** Keys that start with `prefix`, in order, a page at a time. */
  list(prefix: string, params?: ListBlobsParams): Promise<BlobPage>
  /**
   * Forgets what was begun and not ended, and not gone on with since that instant (Unix seconds): what crashes left. Choose one
   * that no `put` takes. Returns how many there were.
   */
  clearAbandoned(startedBefore: number): Promise<number>
  /** Ends it and frees what it holds; a second call does nothing. */
  close(): Promise<void>
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What `BlobStore.put` takes. */
export interface PutBlobParams {
  /** Most bytes taken from the source; more is a `BlobTooLargeError`. */
  maxBytes: number
  /** Exact size; fewer is a `BlobTruncatedError`, more a `BlobTooLargeError`. */
  expectedBytes?: number
}

/** What `BlobStore.put` has stored. */
export interface PutBlobResult {
  sizeBytes: number
}

/** Part of a blob, in bytes. */
export interface BlobRange {
  /** First byte, from 0. */
  start?: number
  /** First byte after the range; the end of the blob by default. */
  end?: number
}

/** Bytes of a blob, read when iterated over; holds nothing open before and after. A chunk is good until the next one is asked for. */
export interface BlobReading extends AsyncIterable<Uint8Array> {
  /** Size of the whole blob, whatever the range. */
  readonly sizeBytes: number
  readonly start: number
  readonly end: number
}

/** What is known of a blob without reading it. */
export interface BlobStat {
  sizeBytes: number
  /** Unix seconds. */
  storedAt: number
}

/** Which page `BlobStore.list` gives. */
export interface ListBlobsParams {
  /** At most `MAX_LIST_KEYS`, which is the default. */
  limit?: number
  /** Lists keys after this one: the `next` of the page before. */
  after?: string
}

/** Some keys, and where to go on. */
export interface BlobPage {
  keys: string[]
  /** Last key of this page if more follow. */
  next: string | null
}

/** Most keys of one page. */
export const MAX_LIST_KEYS = 1000
