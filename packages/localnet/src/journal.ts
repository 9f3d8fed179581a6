import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { JournalCorruptError, JournalWriteError } from './errors.js'
import { decodeRecord, encodeRecord, FIRST_LINK, type JournalRecord } from './journal-record.js'

/** What a journal held when it was opened. */
export interface JournalContent {
  records: JournalRecord[]
  /** Of a last line that was not written to its end, and was cut off. */
  droppedBytes: number
}

/**
 * An append-only file that holds everything from which a chain can be computed again. `append` returns when the record
 * is on the disk; a process killed while it appends leaves at most one torn line, which the next `open` cuts off.
 */
export class Journal {
  readonly #file: string
  readonly #descriptor: number
  #link: string
  #isBroken = false
  #isClosed = false

  private constructor(file: string, descriptor: number, link: string) {
    this.#file = file
    this.#descriptor = descriptor
    this.#link = link
  }

  /** Opens or creates `file`, readable by its owner only; the directory must exist. */
  static open(file: string): { journal: Journal; content: JournalContent } {
    const descriptor = openSync(file, 'a+', 0o600)
    try {
      const bytes = readFileSync(descriptor)
      const { records, link, lengthBytes } = parse(file, bytes)
      const droppedBytes = bytes.length - lengthBytes
      if (droppedBytes > 0) ftruncateSync(descriptor, lengthBytes)
      fsyncSync(descriptor)
      if (bytes.length === 0) syncDirectory(dirname(file))
      return { journal: new Journal(file, descriptor, link), content: { records, droppedBytes } }
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  }

  /** Writes a record durably. After a failure nothing more can be appended: what is in memory is ahead of the disk. */
  append(record: JournalRecord): void {
    if (this.#isBroken || this.#isClosed) throw new JournalWriteError(this.#file, undefined)
    const { line, link } = encodeRecord(record, this.#link)
    const bytes = Buffer.from(line)
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#descriptor, bytes, written)
      }
      fdatasyncSync(this.#descriptor)
    } catch (error) {
      this.#isBroken = true
      throw new JournalWriteError(this.#file, error)
    }
    this.#link = link
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.#descriptor)
  }
}

function parse(file: string, bytes: Buffer): { records: JournalRecord[]; link: string; lengthBytes: number } {
  const records: JournalRecord[] = []
  let link = FIRST_LINK
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.length : newline
    const decoded = newline === -1 ? undefined : decodeRecord(bytes.toString('utf8', start, end), link)
    if (decoded === undefined) {
      if (end + 1 < bytes.length) throw new JournalCorruptError(file, records.length + 1)
      break
    }
    records.push(decoded.record)
    link = decoded.link
    start = end + 1
  }
  return { records, link, lengthBytes: start }
}

/** A new name in a directory is durable only when the directory is. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
