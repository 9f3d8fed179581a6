import { BLIND_SECRET_BYTES } from '../blinds.js'
import { CELL_BYTES, cellCount } from '../cell.js'
import { requireCells } from '../cell-cipher.js'
import { ContentRangeError } from '../content-errors.js'
import { HASH_BYTES } from '../merkle-tree.js'
import type { PlainSpan } from '../stored-layout.js'
import type { AssetPool } from './asset-pool.js'
import { AssetThreads } from './asset-threads.js'
import { CELLS_AT_ONCE, type CellWork, CellWorker, RECORDS_BYTES, spanOfCells } from './cell-work.js'
import { copyBytes } from './copy-bytes.js'
import { ReaderSeats } from './reader-seats.js'
import { RecordReader } from './record-reader.js'
import { SpareBuffers } from './spare-buffers.js'
import { findStoredAsset, type OpenAssetParams } from './stored-asset.js'

/** What `CellEncryptor.encrypt` takes. */
export interface EncryptCellsParams extends OpenAssetParams {
  /** The asset's secret, 32 bytes. */
  blindSecret: Uint8Array
  /** Of the delivery, 32 bytes. */
  cellKey: Uint8Array
  /** The first cell that is wanted. */
  firstCell: number
  /** The first cell after those that are wanted. */
  endCell: number
}

/** Some encrypted cells in a row. */
export interface EncryptedCells {
  firstCell: number
  cells: Uint8Array
  /** Their leaf hashes, packed (32 bytes each). */
  leaves: Uint8Array
  /** RFC 9162 root over the leaves, where these are 2^n cells from a multiple of 2^n on. */
  root: Uint8Array | undefined
}

/** Fewer cells are not worth a thread. */
const INLINE_CELLS = 2 * CELLS_AT_ONCE
/** Batches of one delivery that are made before they are asked for: one is read while the other is encrypted. */
const AHEAD = 2
/** The same of all deliveries: who takes nothing holds no more memory. */
const AHEAD_MAX = 8
/** Assets that are being read at once; more deliveries than that are a crowd. */
const READERS_MAX = 12
/** As many cells are encrypted together in a crowd: less memory is held by each, for chunks that are opened twice more often. */
const CROWD_CELLS = CELLS_AT_ONCE / 2

/** Makes the encrypted cells of deliveries out of stored assets, in threads from a megabyte on. */
export class CellEncryptor {
  readonly #threads: AssetThreads
  readonly #seats = new ReaderSeats(READERS_MAX)
  readonly #records = new SpareBuffers(RECORDS_BYTES, READERS_MAX)
  readonly #outputs = new Map([CELLS_AT_ONCE, CROWD_CELLS].map((cells) => [cells, outputsOf(cells)]))
  #deliveries = 0
  #ahead = 0

  /** `threads`, if others use them, too; they end with whoever made them. */
  constructor(threads = new AssetThreads()) {
    this.#threads = threads
  }

  /**
   * The encrypted cells from `firstCell` to before `endCell`, at most 128 at once; they are good until the next ones are asked
   * for. No byte of a chunk has a part in them before its tag was checked. Throws what `openAsset` and its reading throw.
   */
  async *encrypt(params: EncryptCellsParams): AsyncGenerator<EncryptedCells, void, undefined> {
    const { firstCell, endCell, sizeBytes, blindSecret, cellKey } = params
    requireRange(params)
    if (firstCell === endCell) return
    const asset = await findStoredAsset(params)
    const span = spanOfCells(asset.layout, { firstCell, cells: endCell - firstCell })
    const reader = new RecordReader(asset, span.endChunk, this.#records)
    const isShort = endCell - firstCell <= INLINE_CELLS
    let nextCell = firstCell
    let loading: Promise<unknown> = Promise.resolve()
    // Parts are read one after the other; the next one is read while the last is being encrypted.
    const make = (): Promise<EncryptedCells> => {
      const atOnce = this.#isCrowd ? CROWD_CELLS : CELLS_AT_ONCE
      const cells = Math.min(atOnce - (nextCell % atOnce), endCell - nextCell)
      const work = { sizeBytes, messageKey: asset.key, blindSecret, cellKey, firstCell: nextCell, cells }
      nextCell += cells
      const loaded = loading.then(() => this.#load(reader, spanOfCells(asset.layout, work), work, isShort))
      loading = loaded.catch(() => undefined)
      return loaded.then((done) => ('slot' in done ? this.#encrypt(work, done) : done))
    }
    const ahead: Promise<EncryptedCells>[] = []
    this.#deliveries += 1
    try {
      while (ahead.length > 0 || nextCell < endCell) {
        const next = ahead.shift()
        if (next !== undefined) this.#ahead -= 1
        const batch: EncryptedCells = await (next ?? make())
        while (nextCell < endCell && this.#ahead < AHEAD_MAX && ahead.length < (this.#isCrowd ? 1 : AHEAD)) {
          this.#ahead += 1
          const made = make()
          // Whoever awaits it sees it; until then it is not unhandled.
          made.catch(() => undefined)
          ahead.push(made)
        }
        yield batch
        // The memory of a torn one is not worth remembering.
        this.#outputs.get(batch.cells.length / CELL_BYTES)?.give(batch.cells)
      }
    } finally {
      this.#deliveries -= 1
      this.#ahead -= ahead.length
      const close = () => this.#seats.dismiss(reader)
      if (ahead.length === 0) await close()
      // Nobody waits for a store or a thread to be done with what nobody wants.
      else
        void Promise.allSettled(ahead)
          .then(close)
          .catch(() => undefined)
    }
  }

  get #isCrowd(): boolean {
    return this.#deliveries > READERS_MAX
  }

  /** Brings the records of a part into a slot, or encrypts it here and now. */
  async #load(
    reader: RecordReader,
    span: PlainSpan,
    work: CellWork,
    isShort: boolean,
  ): Promise<Loaded | EncryptedCells> {
    await this.#seats.enter(reader)
    try {
      // Read first: a slow store holds no slot.
      const records = await reader.take(span)
      if (isShort) return encryptHere(work, records)
      const pool = this.#threads.pool()
      const slot = await pool.acquire()
      copyBytes(records, pool.slot(slot).input, 0)
      return { pool, slot }
    } finally {
      this.#seats.leave(reader)
    }
  }

  async #encrypt(work: CellWork, { pool, slot }: Loaded): Promise<EncryptedCells> {
    try {
      const { root } = await pool.encrypt(slot, work)
      const { output, leaves } = pool.slot(slot)
      // Copied at once: who takes it slowly holds no slot.
      const copy = this.#outputs.get(work.cells)?.take() ?? Buffer.allocUnsafeSlow(work.cells * CELL_BYTES)
      copyBytes(output.subarray(0, copy.length), copy, 0)
      return { firstCell: work.firstCell, cells: copy, leaves: leaves.slice(0, work.cells * HASH_BYTES), root }
    } finally {
      pool.release(slot)
    }
  }
}

/** A slot with the records of a part; to be released. */
interface Loaded {
  pool: AssetPool
  slot: number
}

const outputsOf = (cells: number) => new SpareBuffers(cells * CELL_BYTES, READERS_MAX)

/** Encrypts in this thread. */
function encryptHere(work: CellWork, records: Uint8Array): EncryptedCells {
  const cells = Buffer.allocUnsafeSlow(work.cells * CELL_BYTES)
  const leaves = new Uint8Array(work.cells * HASH_BYTES)
  const root = new CellWorker().encrypt(work, { records, cells, leaves })
  return { firstCell: work.firstCell, cells, leaves, root }
}

function requireRange({ firstCell, endCell, sizeBytes, blindSecret, cellKey }: EncryptCellsParams): void {
  if (blindSecret.length !== BLIND_SECRET_BYTES) {
    throw new ContentRangeError('blind secret length', blindSecret.length, `${BLIND_SECRET_BYTES} bytes`)
  }
  const count = cellCount(sizeBytes)
  requireCells(cellKey, firstCell, 0)
  if (!Number.isSafeInteger(endCell) || endCell < firstCell || endCell > count) {
    throw new ContentRangeError('end cell', endCell, `${firstCell} to ${count}`)
  }
}
