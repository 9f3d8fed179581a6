import { isProtocolError, ProtocolError } from '@gristmill/protocol'
import type { Engine } from '@gristmill/runner'
import type { Logger } from '../logger.js'
import { Loop } from './loop.js'

/** What `EngineWatch` takes. */
export interface EngineWatchParams {
  engine: Engine
  log: Logger
}

const LOOK_MS = 60_000

/** Whether runs can be executed: asks the engine at the start, and every minute. */
export class EngineWatch {
  readonly #loop: Loop
  #error: unknown

  constructor({ engine, log }: EngineWatchParams) {
    const round = async (): Promise<void> => {
      try {
        const answer = await engine.probe()
        if (this.#error !== undefined) log.info({ answer }, 'the engine takes runs')
        this.#error = undefined
      } catch (error) {
        this.#error = error
        throw error
      }
    }
    this.#loop = new Loop({ name: 'engine', round, intervalMs: LOOK_MS, log })
  }

  /** True if what it runs could tell the network of it: no run may begin there. */
  get isOpen(): boolean {
    return isProtocolError(this.#error, 'ENGINE_NOT_ISOLATED')
  }

  /** Why runs wait, for the operator; undefined if they need not. */
  get fault(): string | undefined {
    if (this.#error === undefined) return undefined
    const code = this.#error instanceof ProtocolError ? this.#error.code : 'of an unknown kind'
    return `runs wait, see the log: ${code}`
  }

  close(): Promise<void> {
    return this.#loop.close()
  }
}
