import { randomFillSync } from 'node:crypto'
import { closeSync, existsSync, openSync, statfsSync, statSync, truncateSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { NoRoomError } from './no-room-error.js'

const MIB = 2 ** 20
/** Two segments of the database's write-ahead log: what it may need at once. */
const LOG_BYTES = 2 * 16 * MIB
/** For the tables: a thousand of their pages. */
const PAGES_BYTES = 8 * MIB
/** Of the file system: rows need a page of 8 KiB, now and then. */
const STEP_BYTES = MIB / 4
const CHUNK_BYTES = MIB

export const RESERVE_FILE = 'reserve'

export interface DiskParams {
  /** Of the datatrust; must exist. */
  directory: string
  /** Nothing new is taken with less than this free. */
  minFreeBytes: number
  /** False where blobs are elsewhere: then what is asked for need not fit here. Default: true. */
  holdsBlobs?: boolean
  /** If room is kept for a database on this disk. Default: true. */
  hasDatabase?: boolean
}

/**
 * The room under a data directory. A database whose log cannot be written stops for good, and one whose tables cannot grow
 * serves nobody, so room for both is kept in a file of its own. On a full disk that file shrinks, step by step for the
 * tables, wholly for the log, and the write succeeds. Nothing new is taken until the file has its size again; what somebody
 * has paid for goes on as long as there is something left for the tables.
 */
export class Disk {
  readonly #params: DiskParams
  readonly #path: string
  readonly #wholeBytes: number
  #heldBytes: number

  constructor(params: DiskParams) {
    this.#params = params
    this.#path = join(params.directory, RESERVE_FILE)
    const { hasDatabase = true } = params
    this.#wholeBytes = hasDatabase ? LOG_BYTES + PAGES_BYTES : 0
    this.#heldBytes = existsSync(this.#path) ? statSync(this.#path).size : 0
    if (this.#heldBytes > this.#wholeBytes) this.spendOnLog()
    this.#refill()
  }

  /** Throws NoRoomError unless `bytes` more fit. */
  requireRoom(bytes = 0): void {
    const { minFreeBytes, holdsBlobs = true } = this.#params
    if (!this.#refill() || this.#freeBytes() - (holdsBlobs ? bytes : 0) < minFreeBytes) throw new NoRoomError()
  }

  /** Throws NoRoomError unless rows can be written. */
  requireReserve(): void {
    if (!this.hasReserve) throw new NoRoomError()
  }

  /** True if there is room for new work. */
  hasRoom(): boolean {
    return this.#refill() && this.#freeBytes() >= this.#params.minFreeBytes
  }

  /** True if there is room for rows. */
  get hasReserve(): boolean {
    return this.#refill() || this.#heldBytes >= LOG_BYTES + STEP_BYTES
  }

  /** Frees room for a page of a table; false if there is none to free. */
  spendOnPage(): boolean {
    if (this.#heldBytes < LOG_BYTES + STEP_BYTES) return false
    truncateSync(this.#path, this.#heldBytes - STEP_BYTES)
    this.#heldBytes -= STEP_BYTES
    return true
  }

  /** Frees all of the reserve, for a write that must not fail; false if it is spent already. */
  spendOnLog(): boolean {
    if (this.#heldBytes === 0) return false
    this.#heldBytes = 0
    unlinkSync(this.#path)
    return true
  }

  /** As the file system says. */
  get freeBytes(): number {
    return this.#freeBytes()
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#params.directory)
    return bavail * bsize
  }

  /** True if the reserve is whole, made so if there is room for it. */
  #refill(): boolean {
    const missing = this.#wholeBytes - this.#heldBytes
    if (missing === 0) return true
    if (this.#freeBytes() < missing + this.#params.minFreeBytes) return false
    const heldBytes = this.#heldBytes
    try {
      append(this.#path, missing)
      this.#heldBytes = this.#wholeBytes
      return true
    } catch {
      // Somebody else was faster: as full as before.
      if (existsSync(this.#path)) truncateSync(this.#path, heldBytes)
      return false
    }
  }
}

/** Bytes that no file system stores in less room than they have. */
function append(path: string, bytes: number): void {
  const file = openSync(path, 'a', 0o600)
  try {
    for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
      const chunk = randomFillSync(Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES)))
      if (writeSync(file, chunk) < chunk.length) throw new NoRoomError()
    }
  } finally {
    closeSync(file)
  }
}
