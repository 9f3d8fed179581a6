import type { Logger } from '../logger.js'

export interface LoopParams {
  name: string
  /** One round; what it throws is logged, and the next round comes later. */
  round: () => Promise<void>
  /** Between two rounds, unless woken. */
  intervalMs: number
  log: Logger
}

const BACKOFF_MS_MAX = 30_000
/** How long `close` waits for the round under way. */
const CLOSE_MS = 5_000

/** Runs rounds one after the other until it is closed. */
export class Loop {
  readonly #params: LoopParams
  #failures = 0
  #isClosed = false
  #isWoken = false
  #wake: () => void = () => {}
  readonly #running: Promise<void>
  #closing: Promise<void> | undefined

  constructor(params: LoopParams) {
    this.#params = params
    this.#running = this.#run()
  }

  /** Starts the next round now, or right after the one under way. */
  wake(): void {
    this.#isWoken = true
    this.#wake()
  }

  /** Ends after the round under way; a round that takes too long is left behind, and repeated at the next start. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#isClosed = true
    this.#wake()
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS)
    })
    await Promise.race([this.#running, patience])
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#isWoken = false
      try {
        await this.#params.round()
        this.#failures = 0
      } catch (error) {
        this.#failures += 1
        if (!this.#isClosed) this.#params.log.warn({ err: error, loop: this.#params.name }, 'round failed')
      }
      if (!this.#isClosed && !(this.#isWoken && this.#failures === 0)) await this.#pause()
    }
  }

  async #pause(): Promise<void> {
    const backoffMs = this.#failures === 0 ? 0 : Math.min(BACKOFF_MS_MAX, 250 * 2 ** this.#failures)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(this.#params.intervalMs, backoffMs))
      this.#wake = () => {
        if (this.#failures > 0 && !this.#isClosed) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => {}
  }
}
