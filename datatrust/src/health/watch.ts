/** How old an answer may be before it is asked for again. */
const AGE_MS = 15_000
/** Longest that whoever asks is kept waiting. */
const WAIT_MS = 1_000

/** Something outside that is asked now and then, however often it is looked up: once at a time, and never for long. */
export class Watch<T> {
  readonly #look: () => Promise<T>
  #last: { value: T; atMs: number }
  #looking: Promise<T> | undefined

  /** `look` says how it is, and neither throws nor takes for ever; until it has an answer, what was so last is said. */
  constructor(look: () => Promise<T>, first: T) {
    this.#look = look
    this.#last = { value: first, atMs: Number.NEGATIVE_INFINITY }
  }

  async current(): Promise<T> {
    if (performance.now() - this.#last.atMs < AGE_MS) return this.#last.value
    this.#looking ??= this.#look().then((value) => {
      this.#last = { value, atMs: performance.now() }
      this.#looking = undefined
      return value
    })
    return inTime(this.#looking, WAIT_MS, this.#last.value)
  }
}

/** An answer, or `late` if it does not come in time. */
export async function inTime<T>(answer: Promise<T>, waitMs: number, late: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), waitMs)
  })
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
