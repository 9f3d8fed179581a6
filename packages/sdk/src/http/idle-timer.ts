/** Aborts when nothing has happened for a while. */
export interface IdleTimer {
  readonly signal: AbortSignal
  /** Something happened: start counting anew. */
  restart(): void
  /** Nobody waits: stop counting. */
  pause(): void
}

/** An idle timer that is running. */
export function startIdleTimer(timeoutMs: number): IdleTimer {
  const controller = new AbortController()
  const expire = () => controller.abort(new DOMException('idle', 'TimeoutError'))
  let timer = setTimeout(expire, timeoutMs)
  const pause = () => clearTimeout(timer)
  return {
    signal: controller.signal,
    restart() {
      pause()
      timer = setTimeout(expire, timeoutMs)
    },
    pause,
  }
}
