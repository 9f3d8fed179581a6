import type { WaitingSandbox } from './python-executor.js'

/** Longest that a sandbox waits for a request. */
export const SPARE_WAIT_MS = 60_000

/** Sandboxes that are started before they are needed; each gets one request, as all do. */
export interface Spares {
  /** One that waits, or a new one. */
  take(): WaitingSandbox
  /** Starts what is missing, for whoever comes within a minute. */
  renew(): void
}

/** Keeps up to `count` sandboxes waiting. */
export function createSpares(count: number, start: () => WaitingSandbox): Spares {
  const waiting: WaitingSandbox[] = []
  let timer: NodeJS.Timeout | undefined
  const dropAll = () => {
    for (const sandbox of waiting.splice(0)) void sandbox.drop().catch(() => undefined)
  }
  return {
    take() {
      const spare = waiting.shift()
      if (spare === undefined) return start()
      if (spare.isWaiting()) return spare
      void spare.drop().catch(() => undefined)
      return start()
    },
    renew() {
      if (count === 0) return
      clearTimeout(timer)
      timer = setTimeout(dropAll, SPARE_WAIT_MS).unref()
      while (waiting.length < count) waiting.push(start())
    },
  }
}
