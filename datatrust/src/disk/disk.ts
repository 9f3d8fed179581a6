import { randomFillSync } from 'node:crypto'
import { closeSync, existsSync, openSync, statfsSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { NoRoomError } from './no-room-error.js'

/** Two segments of the database's write-ahead log: what it may need at once. */
const RESERVE_BYTES = 2 * 16 * 2 ** 20
const CHUNK_BYTES = 2 ** 20

export const RESERVE_FILE = 'reserve'

export interface DiskParams {
  /** Of the datatrust; must exist. */
  directory: string
  /** Nothing new is taken with less than this free. */
  minFreeBytes: number
}

/**
 * The room under a data directory. A database whose log cannot be written stops for good, so room for it is kept in a
 * file of its own: the moment the disk is full, that file goes, the write succeeds, and nothing new is taken until there
 * is room to make the file again.
 */
export class Disk {
  readonly #params: DiskParams
  readonly #path: string
  #isReserved: boolean

  constructor(params: DiskParams) {
    this.#params = params
    this.#path = join(params.directory, RESERVE_FILE)
    this.#isReserved = existsSync(this.#path) && statSync(this.#path).size === RESERVE_BYTES
    if (!this.#isReserved) this.#reserve()
  }

  /** Throws NoRoomError unless `bytes` more fit. */
  requireRoom(bytes = 0): void {
    this.requireReserve()
    if (this.#freeBytes() - bytes < this.#params.minFreeBytes) throw new NoRoomError()
  }

  /** Throws NoRoomError while the reserve is spent: not even a row should be written now. */
  requireReserve(): void {
    if (!this.#isReserved && !this.#reserve()) throw new NoRoomError()
  }

  /** True if there is room for new work. */
  hasRoom(): boolean {
    return (this.#isReserved || this.#reserve()) && this.#freeBytes() >= this.#params.minFreeBytes
  }

  get hasReserve(): boolean {
    return this.#isReserved
  }

  /** Frees the reserve for a write that must not fail; false if it is spent already. */
  spend(): boolean {
    if (!this.#isReserved) return false
    this.#isReserved = false
    unlinkSync(this.#path)
    return true
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#params.directory)
    return bavail * bsize
  }

  #reserve(): boolean {
    if (this.#freeBytes() < RESERVE_BYTES + this.#params.minFreeBytes) return false
    try {
      writeReserve(this.#path)
      this.#isReserved = true
    } catch {
      // Somebody else was faster: as full as before.
      if (existsSync(this.#path)) unlinkSync(this.#path)
    }
    return this.#isReserved
  }
}

/** Bytes that no file system stores in less room than they have. */
function writeReserve(path: string): void {
  const file = openSync(path, 'w', 0o600)
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let written = 0; written < RESERVE_BYTES; written += CHUNK_BYTES) {
      if (writeSync(file, randomFillSync(chunk)) < CHUNK_BYTES) throw new NoRoomError()
    }
  } finally {
    closeSync(file)
  }
}
