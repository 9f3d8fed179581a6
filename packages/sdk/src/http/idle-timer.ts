/** Aborts when nothing has happened for a while. */
export interface IdleTimer {
  readonly signal: AbortSignal
  /** Something happened: start counting anew. */
  restart(): void
  /** Nobody waits for now: do not count. */
  pause(): void
  /** Nobody waits any more. */
  stop(): void
}

/** An idle timer that is running. It is restarted with every chunk, so restarting costs no more than reading a clock. */
export function startIdleTimer(timeoutMs: number): IdleTimer {
  const controller = new AbortController()
  let idleSince: number | undefined = performance.now()
  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(look, timeoutMs)

  function look(): void {
    timer = undefined
    if (idleSince === undefined) return
    const leftMs = idleSince + timeoutMs - performance.now()
    if (leftMs > 0) timer = setTimeout(look, leftMs)
    else controller.abort(new DOMException('idle', 'TimeoutError'))
  }

  return {
    signal: controller.signal,
    restart() {
      idleSince = performance.now()
      timer ??= setTimeout(look, timeoutMs)
    },
    pause() {
      idleSince = undefined
    },
    stop() {
      idleSince = undefined
      clearTimeout(timer)
      timer = undefined
    },
  }
}
