import { fsyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import type { Reserve } from './reserve.js'

/** Of Emscripten: its numbers are not those of the system. */
const ENOSPC = 51
const LOG_DIRECTORY = '/pg_wal/'

interface Stream {
  nfd: number
  path?: string
}

interface StreamOperations {
  write(stream: Stream, ...rest: unknown[]): number
  fsync?(stream: Stream): number
}

/** The runtime's own view of its file system, which PGlite's types leave out. */
interface Runtime {
  NODEFS: { stream_ops: StreamOperations }
}

export interface DurableFsParams {
  directory: string
  reserve: Reserve | undefined
}

/**
 * PGlite's directory, with what it leaves out: a flush reaches the disk, a full disk gets its reserve before the log is
 * refused, and a log that could not be written is known.
 */
export class DurableFs extends NodeFS {
  readonly #reserve: Reserve | undefined
  #failure: unknown

  constructor({ directory, reserve }: DurableFsParams) {
    super(directory)
    this.#reserve = reserve
  }

  /** Why the log could not be written: PostgreSQL has stopped, and calling it would never return. */
  get failure(): unknown {
    return this.#failure
  }

  override async init(pg: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options)
    const preRun = [...(emscriptenOpts.preRun ?? []), (runtime: unknown) => this.#extend(runtime as Runtime)]
    return { emscriptenOpts: { ...emscriptenOpts, preRun } as typeof options }
  }

  #extend({ NODEFS: { stream_ops } }: Runtime): void {
    const write = stream_ops.write.bind(stream_ops)
    stream_ops.write = (stream, ...rest) => {
      try {
        return write(stream, ...rest)
      } catch (error) {
        // A table that cannot grow is an error of one statement; a log that cannot is the end.
        const isLog = stream.path?.includes(LOG_DIRECTORY) !== false
        if (isFull(error) && this.#makeRoom(isLog)) return stream_ops.write(stream, ...rest)
        if (isLog) this.#failure ??= error
        throw error
      }
    }
    stream_ops.fsync = ({ nfd }) => {
      try {
        fsyncSync(nfd)
        return 0
      } catch (error) {
        this.#failure ??= error
        throw error
      }
    }
  }

  #makeRoom(isLog: boolean): boolean {
    if (this.#reserve === undefined) return false
    return isLog ? this.#reserve.spendOnLog() : this.#reserve.spendOnPage()
  }
}

function isFull(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errno' in error && error.errno === ENOSPC
}
