import type { ByteSource } from '@gristmill/envelope'

/** Bytes of an order that are the same whenever they are asked for. */
export interface Representation {
  sizeBytes: number
  /** Strong: the same tag means the same bytes. */
  etag: string
  /** Bytes `start` to before `end`. */
  read(start: number, end: number): ByteSource
}
